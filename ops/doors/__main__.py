"""`python -m ops.doors [--check]`: writes docs/doors.md, or says what is wrong or stale."""

from __future__ import annotations

import argparse
import sys
import warnings
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "doors.md"


def main(arguments: list[str] | None = None) -> int:
    """0 when all is well; 1 with the faults on standard error. Safe to repeat."""
    parser = argparse.ArgumentParser(prog="python -m ops.doors", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    check = parser.parse_args(arguments).check
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    from ops.doors.listing import doors, faults  # brings the services, and eventlet with them
    from ops.doors.page import page

    listed = doors()
    found, text = list(faults(listed)), page(listed)
    is_stale = not PAGE.exists() or PAGE.read_text("utf-8") != text
    if check and is_stale:
        found.append(f"docs/{PAGE.name} is stale: run python -m ops.doors")
    elif is_stale and not found:
        PAGE.write_text(text, "utf-8")
        print(f"written docs/{PAGE.name}")
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
