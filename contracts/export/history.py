"""Schemas as commits had them: what was committed counts as told, also when its files are gone.

Any commit may have been deployed, and others read what it told: so all of them are looked at, not
the last tag alone.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RAW = ("log", "--raw", "-m", "--full-history", "--no-renames", "--no-abbrev", "--format=commit %H")


@dataclass(frozen=True)
class Told:
    """A version of a schema; `commit` wrote it, "" for the file that is here."""

    key: str
    schema: Mapping[str, Any]
    commit: str = ""


class NoHistory(Exception):
    """There are no commits to compare with; says why."""


def told_before(folder: Path) -> list[Told]:
    """Every version of every file in `schemas` that a commit behind this one wrote, newest first.
    Raises NoHistory."""
    found = dict(_blobs(_git(folder, *RAW, "--", "schemas").decode()))
    if not found:
        raise NoHistory("no commit has schemas here")
    asked = "".join(f"{blob}\n" for blob in found).encode()
    texts = _texts(_git(folder, "cat-file", "--batch", given=asked))
    return [Told(key, json.loads(text), commit)
            for (commit, key), text in zip(found.values(), texts, strict=True)]


def is_shallow(folder: Path) -> bool:
    """Whether older commits were left out when this was cloned. Raises NoHistory."""
    return _git(folder, "rev-parse", "--is-shallow-repository").strip() == b"true"


def _blobs(log: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Of each version: its blob, the commit that wrote it, and the key that names the file."""
    commit = ""
    for line in log.splitlines():
        if line.startswith("commit "):
            commit = line.removeprefix("commit ")[:10]
        elif line.startswith(":"):
            described, _, path = line.partition("\t")
            blob = described.split()[3]
            if blob.strip("0") and path.endswith(".json"):  # zeros: the file was deleted
                yield blob, (commit, Path(path).stem)


def _texts(batch: bytes) -> Iterator[bytes]:
    """What `cat-file --batch` printed: a line that ends with the size, so many bytes, a newline."""
    while batch:
        head, _, rest = batch.partition(b"\n")
        size = int(head.rpartition(b" ")[2])
        yield rest[:size]
        batch = rest[size + 1:]


def _git(folder: Path, *arguments: str, given: bytes = b"") -> bytes:
    """What it prints; asked from the folder, whatever a hook says of another place."""
    git = shutil.which("git")
    if git is None:
        raise NoHistory("git is not installed")
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith("GIT_")}
    done = subprocess.run([git, *arguments], cwd=folder, env=environment, input=given,
                          capture_output=True)
    if done.returncode:
        raise NoHistory(done.stderr.decode("utf-8", "replace").strip().partition("\n")[0])
    return done.stdout
