"""`python -m ops.season play|check|trickle`: the demo's season, against the services that run."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ops.season.check import august_is_less, compare, table, wait_until_equal
from ops.season.doors import Doors, read_addresses
from ops.season.heard import heard
from ops.season.plan import plan
from ops.season.play import play
from ops.season.published import Published, read_published
from ops.season.trickle import trickle


def main(arguments: list[str] | None = None) -> int:
    """Exit 0: done or equal; 1: a difference; 2: nothing is running."""
    parser = argparse.ArgumentParser(prog="python -m ops.season", description=__doc__)
    parser.add_argument("what", choices=["play", "check", "trickle"])
    parser.add_argument("--addresses", type=Path, default=Path(".run/addresses.json"))
    options = parser.parse_args(arguments)
    try:
        doors = Doors(read_addresses(options.addresses))
    except FileNotFoundError:
        text = f"{options.addresses} is missing: start the services first (make demo)"
        print(text, file=sys.stderr)
        return 2
    published = read_published()
    if options.what == "trickle":
        print("new sign-ups: one every few seconds, until Ctrl-C", flush=True)
        trickle(doors)
        return 0
    if options.what == "play":
        return _play(published, doors)
    return _check(published, doors, options.addresses)


def _play(published: Published, doors: Doors) -> int:
    if all(line.equal for line in compare(published, doors)):
        print("2021 season: already there", flush=True)
        return 0
    shown = -1

    def progress(done: int, total: int) -> None:
        nonlocal shown
        if (tenth := 10 * done // total) != shown:
            shown = tenth
            print(f"2021 season: {100 * done // total:3d} % ({done}/{total})", flush=True)

    play(plan(published), doors, progress=progress)
    return 0


def _check(published: Published, doors: Doors, addresses: Path) -> int:
    lines = wait_until_equal(published, doors)
    print(table(lines))
    earlier = august_is_less(published, doors)
    print(f"{'=' if earlier else '≠'}  as_of 2021-08-31 gives less than 2021-09-30")
    outside = heard(published, addresses)
    print("   as another system works it out of /feed:")
    print(table(outside))
    return 0 if earlier and all(line.equal for line in [*lines, *outside]) else 1


if __name__ == "__main__":
    sys.exit(main())
