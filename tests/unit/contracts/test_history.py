"""The gate looks at what was committed: a fact does not vanish together with its files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import contracts

FOLDER = Path(contracts.__file__).parent
GOAL = "stats.goal_reached.v1"
REMEDY = "give the changed fact a new key (.v2) and tell it beside the old one"
WHO = ("-c", "user.name=invented", "-c", "user.email=invented@example.org",
       "-c", "commit.gpgsign=false")
Checked = subprocess.CompletedProcess[str]


def git(where: Path, *arguments: str) -> None:
    subprocess.run(["git", *WHO, *arguments], cwd=where, check=True, capture_output=True)


def commit(root: Path, message: str) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", message)


def head_of(root: Path) -> str:
    return subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=root, text=True)[:10]


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A folder that holds the package, as an archive would."""
    shutil.copytree(FOLDER, tmp_path / "main" / "contracts",
                    ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "main"


@pytest.fixture
def root(plain: Path) -> Path:
    """The same as a repository with one commit."""
    git(plain, "init", "--quiet")
    commit(plain, "as it was told")
    return plain


def export(root: Path, *arguments: str, **environment: str) -> Checked:
    return subprocess.run(
        [sys.executable, "-B", "-m", "contracts.export", *arguments], cwd=root, text=True,
        capture_output=True, env={**os.environ, **environment})


def delete_the_goal(root: Path) -> None:
    """The fact with its module, schema and example; everything else is written anew."""
    package = root / "contracts"
    (package / "stats_goals.py").unlink()
    init = package / "__init__.py"
    init.write_text(init.read_text("utf-8").replace("    stats_goals,\n", ""), "utf-8")
    for folder in ("schemas", "examples"):
        (package / folder / f"{GOAL}.json").unlink()


def take_the_year_away(root: Path) -> None:
    """A field less, with schema and example to be made as if there had never been one more."""
    module = root / "contracts" / "stats_goals.py"
    module.write_text(module.read_text("utf-8").replace("    year: int\n", ""), "utf-8")
    for folder in ("schemas", "examples"):
        (root / "contracts" / folder / f"{GOAL}.json").unlink()


def test_without_a_change_there_is_nothing_to_say(root: Path) -> None:
    found = export(root, "--check")
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


def test_a_fact_deleted_with_schema_and_example_is_refused_and_stays_so(root: Path) -> None:
    delete_the_goal(root)
    at_once = export(root)
    commit(root, "the goal goes")
    (root / "README.md").write_text("more")
    commit(root, "something else")
    later = export(root)

    for found in (at_once, later):
        assert found.returncode == 1
        assert f"{GOAL} is no longer declared (told by commit " in found.stderr
        assert all(line.endswith(REMEDY) for line in found.stderr.splitlines())


def test_a_field_taken_away_is_refused_though_its_schema_would_be_made_anew(root: Path) -> None:
    take_the_year_away(root)

    found = export(root)

    assert found.returncode == 1
    assert f"{GOAL}: year was removed (told by commit {head_of(root)}): " in found.stderr


def test_without_history_it_says_so_and_compares_with_the_files(plain: Path) -> None:
    found = export(plain, "--check")
    assert (found.returncode, found.stderr) == (0, "")
    assert "not compared with what was committed before: " in found.stdout

    without_git = export(plain, "--check", PATH=str(plain))
    assert (without_git.returncode, without_git.stderr) == (0, "")
    assert "git is not installed" in without_git.stdout

    git(plain, "init", "--quiet")
    assert "not compared" in export(plain, "--check").stdout
    (plain / "README.md").write_text("the package lies here and is not committed")
    git(plain, "add", "README.md")
    git(plain, "commit", "--quiet", "--message", "another thing")
    assert "no commit has schemas here" in export(plain, "--check").stdout


def test_a_shallow_clone_passes_and_says_what_it_lacks(root: Path, tmp_path: Path) -> None:
    (root / "README.md").write_text("more")
    commit(root, "more")
    git(tmp_path, "clone", "--quiet", "--depth=1", root.as_uri(), "shallow")
    shallow = tmp_path / "shallow"

    found = export(shallow, "--check")
    assert (found.returncode, found.stderr) == (0, "")
    assert "--unshallow" in found.stdout
    delete_the_goal(shallow)
    assert GOAL in export(shallow, "--check").stderr


def test_a_hook_of_another_repository_does_not_lead_it_astray(root: Path, tmp_path: Path) -> None:
    delete_the_goal(root)
    found = export(root, "--check", GIT_DIR=str(tmp_path / "elsewhere"))
    assert f"{GOAL} is no longer declared (told by commit " in found.stderr
