"""Programs as a page shows them: taken out of it, run as they stand, heard while they run."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen

from ops.parts.server import end, spawn
from ops.setup.assets import FOLDER
from tests.rig.process import ROOT
from tests.waiting import eventually

_BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_BY = {".sh": "sh", ".py": sys.executable, ".mjs": "node"}


def programs(page: str) -> dict[str, str]:
    """The text of each block of code by its name, the word behind the language; a block without a
    name is a fault of the page."""
    found = {}
    for head, text in _BLOCK.findall((ROOT / "docs" / page).read_text("utf-8")):
        _, _, name = head.partition(" ")
        assert name and name not in found, f"{page}: a block of code without a name of its own"
        found[name] = text
    return found


class Program:
    """One that runs; what it printed so far are its `lines`."""

    def __init__(self, process: Popen[bytes], log: Path) -> None:
        self._process, self._log = process, log

    @property
    def lines(self) -> list[str]:
        return self._log.read_text("utf-8").splitlines()

    def said(self, count: int) -> list[str]:
        """At least so many lines, as soon as they are there."""

        def there() -> list[str]:
            assert len(self.lines) >= count, "\n".join(self.lines[-20:])
            return self.lines

        return eventually(there)

    def ended(self) -> list[str]:
        """All of it, once it has ended by itself and well."""
        assert self._process.wait(60) == 0, "\n".join(self.lines[-20:])
        return self.lines


@contextmanager
def running(page: str, name: str, folder: Path, *, before: str = "",
            **environment: str) -> Iterator[Program]:
    """The program of the page while the block runs; `before` is what it is given to read."""
    program = folder / name
    program.write_text(programs(page)[name], "utf-8")
    if program.suffix == ".mjs" and not (folder / "node_modules").exists():
        (folder / "node_modules").symlink_to(FOLDER / "node_modules")
    by = shutil.which(_BY[program.suffix])
    assert by, f"{_BY[program.suffix]} is needed to run {name}"
    with _started([by, str(program)], folder, before, environment) as started:
        yield started


@contextmanager
def _started(command: list[str], folder: Path, before: str,
             environment: Mapping[str, str]) -> Iterator[Program]:
    number = len(list(folder.glob("*.said")))
    log, given = folder / f"{number}.said", folder / f"{number}.given"
    given.write_text(before, "utf-8")
    shell = f'cd "{folder}" && exec "$@" < "{given}"'
    process = spawn(["sh", "-c", shell, "sh", *command], log=log,
                    env={**os.environ, "PYTHONUNBUFFERED": "1", **environment})
    try:
        yield Program(process, log)
    finally:
        end(process, within=5)
