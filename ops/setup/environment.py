"""The Python interpreter, the virtual environment, and the packages of pyproject.toml."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from ops.setup.packages import install, venv_package
from ops.setup.steps import ROOT, SetupFailed, Stamp, fingerprint, need_space, run, say

VENV = ROOT / ".venv"
OLDEST, NEWEST = (3, 11), (3, 13)
NAMES = ("python3.11", "python3.12", "python3.13")
PROJECT = ROOT / "pyproject.toml"
NO_REGISTRY = "Python's package registry must be reachable: check network, proxy and pip.conf."


def interpreter() -> tuple[str, str]:
    """(path, "3.11") of the interpreter to use; this one when its version fits."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return sys.executable, "{}.{}".format(*sys.version_info[:2])
    for name in NAMES:
        found = shutil.which(name)
        if found and _works(found, ""):
            return found, name[len("python") :]
    raise SetupFailed(
        "Python 3.11, 3.12 or 3.13 is needed, this is {}.{}. ".format(*sys.version_info[:2])
        + "Install one (Debian 12: apt-get install python3 python3-venv), "
        "or name it: make PYTHON=/path/to/python3.11"
    )


def prepare() -> None:
    """Make .venv and install the project into it when pyproject.toml or Python changed."""
    python, version = interpreter()
    prepare_in(VENV, python, version)


def prepare_in(folder: Path, python: str, version: str) -> None:
    """The same in `folder` with another interpreter. Safe to repeat."""
    stamp, wanted = Stamp(folder.name), fingerprint([PROJECT], version, str(folder))
    if stamp.matches(wanted) and (folder / "bin" / "python").exists():
        return
    need_space(1.5, "the virtual environment")
    _make(folder, python, version)
    say(f"installing Python packages into {folder.name} (the first time takes a minute or two)")
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install"]
    run([*pip, "--progress-bar", "off", "--editable", f"{ROOT}[dev]"],
        env=_clean(), advice=NO_REGISTRY)  # fmt: skip
    stamp.write(wanted)


def _make(folder: Path, python: str, version: str) -> None:
    if _made_with(folder, version):
        return
    if not _works(python, "import ensurepip, venv"):
        install([venv_package(version)])
    say(f"making a virtual environment in {folder.name} with Python {version}")
    run([python, "-m", "venv", "--clear", str(folder)])


def _made_with(folder: Path, version: str) -> bool:
    """True when the environment works and has this Python."""
    wanted = f"import pip, sys; sys.exit('%d.%d' % sys.version_info[:2] != '{version}')"
    return _works(str(folder / "bin" / "python"), wanted)


def _works(python: str, program: str) -> bool:
    try:
        return subprocess.run([python, "-c", program], capture_output=True).returncode == 0
    except OSError:
        return False


def _clean() -> dict[str, str]:
    """The environment without what would lead pip away from its own folder."""
    return {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
