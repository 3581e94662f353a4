"""`python -m contracts.export [--check]`: writes the generated files, or says which are stale.

Either way it refuses what would break who understood a fact as it was ever committed.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .files import broken, refresh, stale
from .history import NoHistory, Told, is_shallow, told_before
from .words import WordMissing


def main(arguments: list[str] | None = None) -> int:
    """0 when all is well; 1 with the faults on standard error. Safe to repeat."""
    parser = argparse.ArgumentParser(prog="python -m contracts.export", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    check = parser.parse_args(arguments).check
    folder = Path(__file__).parent.parent
    before, remark = _before(folder)
    if remark:
        print(remark)
    try:
        faults = [*broken(folder, before), *(stale(folder) if check else ())]
        written = [] if faults or check else refresh(folder)
    except WordMissing as missing:
        faults, written = [str(missing)], []
    for fault in faults:
        print(fault, file=sys.stderr)
    for path in written:
        print(f"written {path.relative_to(folder)}")
    return 1 if faults else 0


def _before(folder: Path) -> tuple[list[Told], str]:
    """What commits told, and what is to be said where that is not all: then the files here are all
    that is compared with, as in an archive without history."""
    try:
        told = told_before(folder)
        if is_shallow(folder):
            return told, "compared with the commits that are here: git fetch --unshallow for all"
        return told, ""
    except NoHistory as lacks:
        return [], f"not compared with what was committed before: {lacks}"


if __name__ == "__main__":
    sys.exit(main())
