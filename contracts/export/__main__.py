"""`python -m contracts.export [--check]`: writes the generated files, or says which are stale."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .files import broken, refresh, stale
from .words import WordMissing


def main(arguments: list[str] | None = None) -> int:
    """0 when all is well; 1 with the faults on standard error. Safe to repeat."""
    parser = argparse.ArgumentParser(prog="python -m contracts.export", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    check = parser.parse_args(arguments).check
    folder = Path(__file__).parent.parent
    try:
        faults = [*broken(folder), *(stale(folder) if check else ())]
        written = [] if faults or check else refresh(folder)
    except WordMissing as missing:
        faults, written = [str(missing)], []
    for fault in faults:
        print(fault, file=sys.stderr)
    for path in written:
        print(f"written {path.relative_to(folder)}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
