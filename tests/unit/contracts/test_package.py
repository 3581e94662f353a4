"""The facts as a package of their own: built from the tree, alone in an empty environment."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from importlib.metadata import distribution
from pathlib import Path

import pytest

import contracts

FOLDER = Path(contracts.__file__).parent
READS = """
import importlib.util, json, sys
from importlib.resources import files
from xiangxin_contracts import __version__, read

golden = json.loads((files("xiangxin_contracts") / "examples" / f"{sys.argv[1]}.json").read_text())
fact = read(golden["type"], golden["data"])
assert fact.subject() == golden["subject"]
assert (files("xiangxin_contracts") / "city.asyncapi.yaml").read_text().startswith("# Generated")
assert not any(map(importlib.util.find_spec, ("contracts", "kernel", "nameko", "pymongo")))
print(__version__, type(fact).__name__, fact.present)
"""

pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run([str(each) for each in command], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def an_environment(folder: Path) -> Path:
    """The interpreter of an environment with the package's one requirement and nothing else."""
    venv.create(folder, with_pip=True)
    [place] = (folder / "lib").glob("python*/site-packages")
    needed = distribution("marshmallow")
    for file in needed.files or ():
        if ".." not in file.parts and "__pycache__" not in file.parts:
            target = place / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(Path(str(needed.locate_file(file))), target)
    return folder / "bin" / "python"


def test_it_installs_alone_and_reads_what_was_told(tmp_path: Path) -> None:
    source = shutil.copytree(FOLDER, tmp_path / "source",
                             ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info"))
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-index", "--no-deps",
        "--no-build-isolation", "--wheel-dir", tmp_path, source, cwd=tmp_path)
    [wheel] = tmp_path.glob("xiangxin_contracts-*.whl")
    python = an_environment(tmp_path / "alone")

    run(python, "-m", "pip", "install", "--quiet", "--no-index", wheel, cwd=tmp_path)
    said = run(python, "-I", "-W", "error", "-c", READS, "events.session_closed.v1", cwd=tmp_path)

    assert said.split() == [contracts.__version__, "SessionClosed", "36"]
    run(python, "-m", "pip", "check", cwd=tmp_path)
