"""The embedded database (SecantusDB, speaks MongoDB's protocol), or the one MONGODB_URI names."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from ops.parts.ports import LOOPBACK
from ops.parts.server import Server

KEEPER = "keeper"  # the administrator of a guarded database
SECRET = "keeper"  # the file with its password, in the server's folder


class Database(Server):
    """SecantusDB as a process of its own: GPL and beta, for development and tests only."""

    title = "SecantusDB"

    @property
    def uri(self) -> str:
        # Its single-document writes are slow with retryable writes; real MongoDB keeps them on.
        return f"mongodb://{LOOPBACK}:{self.port}/?directConnection=true&retryWrites=false"

    def command(self) -> Sequence[str]:
        program = Path(sys.executable).with_name("secantusd-py")
        arguments = ["--host", LOOPBACK, "--port", str(self.port)]
        storage = ["--storage-path", str(self.folder / "data")]
        return [sys.executable, str(program), *arguments, *storage, "--cache-size", "256M"]

    def answers(self) -> bool:
        try:
            with MongoClient[dict[str, object]](self.uri, serverSelectionTimeoutMS=500) as client:
                client.admin.command("ping")
        except PyMongoError:
            return False
        return True


class GuardedDatabase(Database):
    """The same with users: it lets in whoever signs in, and knows one administrator at first."""

    def __init__(self, folder: Path, *, port: int | None = None) -> None:
        super().__init__(folder, port=port)
        self._guarding = False

    @property
    def uri(self) -> str:
        """As the administrator."""
        return self.uri_of(KEEPER, self._password())

    def uri_of(self, user: str, password: str) -> str:
        return super().uri.replace("//", f"//{user}:{password}@", 1)

    def command(self) -> Sequence[str]:
        return [*super().command(), *(["--auth"] if self._guarding else [])]

    def start(self) -> None:
        """The first time twice: only an open server takes its first user."""
        if not (self.folder / SECRET).exists():
            self._first_user()
        self._guarding = True
        super().start()

    def _first_user(self) -> None:
        with Database(self.folder, port=self.port) as server:
            password = secrets.token_urlsafe(18)
            with MongoClient[dict[str, object]](server.uri) as client:
                client.admin.command("createUser", KEEPER, pwd=password,
                                     roles=[{"role": "root", "db": "admin"}])
        secret = self.folder / SECRET
        secret.touch(mode=0o600)
        secret.write_text(password)

    def _password(self) -> str:
        return (self.folder / SECRET).read_text()


@dataclass(frozen=True)
class GivenDatabase:
    """The database server that MONGODB_URI names."""

    uri: str


@contextmanager
def open_database(
    folder: Path, *, port: int | None = None, environ: Mapping[str, str] = os.environ,
    guarded: bool = False,
) -> Iterator[Database | GivenDatabase]:
    """The database of MONGODB_URI, or SecantusDB in `folder` that is stopped at the end."""
    if given := environ.get("MONGODB_URI"):
        yield GivenDatabase(given)
        return
    with (GuardedDatabase if guarded else Database)(folder, port=port) as database:
        yield database
