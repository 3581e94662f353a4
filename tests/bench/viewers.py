"""Viewers of the live stream from a process of their own, so that they share no time with who
measures: `python -m tests.bench.viewers ADDRESS COUNT STUCK`.

Says `ready` when all have their snapshot; reads for them until its own input says a text and the
seconds to wait for it, answers how many of them have been told it, and ends.
"""

from __future__ import annotations

import select
import sys

from tests.rig.viewers import open_viewers


def main(arguments: list[str]) -> None:
    """See above."""
    address, count, stuck = arguments
    with open_viewers(address, int(count), stuck=int(stuck)) as viewers:
        print("ready", flush=True)
        while not select.select([sys.stdin], [], [], 0)[0]:
            viewers.pump(b"\0never told", within=0.5)
        wanted, seconds = sys.stdin.readline().rstrip("\n").rsplit(" ", 1)
        print(viewers.pump(wanted.encode(), within=float(seconds)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
