"""A real identity provider for tests: npm's certified `oidc-provider`, a process of a test."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

import requests
from joserfc.jwk import RSAKey

from ops.parts import free_port
from ops.parts.server import end, spawn
from ops.setup.assets import FOLDER
from tests.waiting import eventually

CLIENT = "xiangxin"
SECRET = "invented-for-tests-and-long-enough-0123456789"
SCRIPT = Path(__file__).with_name("provider.mjs")
ROLES = "district-desk=desk,district-operators=operator,district-viewers=viewer"


@dataclass
class Provider:
    """`members` are the roles that it gives, by name; another start takes another key."""

    port: int
    service: str
    folder: Path
    members: Mapping[str, Sequence[str]]
    process: Popen[bytes] | None = None

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def settings(self) -> dict[str, str]:
        """What the events service is told of it."""
        return {"OIDC_ISSUER": self.issuer, "OIDC_CLIENT_ID": CLIENT, "OIDC_CLIENT_SECRET": SECRET,
                "OIDC_ROLES": ROLES}

    def start(self) -> None:
        """With a fresh key."""
        told = {
            "packages": str(FOLDER / "node_modules"), "port": self.port, "client": CLIENT,
            "secret": SECRET, "back": f"{self.service}/staff/provider/back",
            "out": f"{self.service}/staff", "logout": f"{self.service}/staff/provider/out",
            "members": self.members, "jwks": {"keys": [_key()]},
        }
        environment = {**os.environ, "PROVIDER": json.dumps(told)}
        node = shutil.which("node")
        assert node, "node comes with npm"
        self.process = spawn([node, str(SCRIPT)], env=environment, log=self.folder / "provider.log")
        eventually(self._answers, within=60)

    def stop(self) -> None:
        if self.process is not None:
            end(self.process, within=5)

    def _answers(self) -> bool:
        try:
            place = f"{self.issuer}/.well-known/openid-configuration"
            return requests.get(place, timeout=5).ok
        except requests.RequestException:
            return False


def _key() -> dict[str, object]:
    made = RSAKey.generate_key(2048, auto_kid=True)
    return {**made.as_dict(private=True), "use": "sig", "alg": "RS256"}


@contextmanager
def open_provider(service: str, folder: Path,
                  members: Mapping[str, Sequence[str]]) -> Iterator[Provider]:
    """The provider while the block runs, for the service at this address."""
    made = Provider(port=free_port(), service=service, folder=folder, members=members)
    made.start()
    try:
        yield made
    finally:
        made.stop()
