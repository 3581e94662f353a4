"""`python -m tests.chaos --seed 1 --seconds 100`: our stack and stock nameko in the same storm."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.chaos.run import both, table


def main(arguments: list[str] | None = None) -> int:
    """Exit 1 when our stack lost or doubled anything."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=100.0)
    parser.add_argument("--logs", type=Path, help="keep data and logs in this folder")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="chaos-") as temporary:
        folder = options.logs or Path(temporary)
        outcomes = both(options.seed, options.seconds, folder, say=say)
    say("")
    say(table(outcomes))
    return 0 if outcomes["xiangxin"].account.is_sound else 1


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
