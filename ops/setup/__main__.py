"""`python3 -m ops.setup demo|test`: everything that the demo or the tests need on this machine.

Runs on the system's own Python with the standard library only, says what it installs and why,
does nothing the second time.
"""

from __future__ import annotations

import argparse
import fcntl
import sys
import time

from ops.setup import assets, environment, packages
from ops.setup.steps import RUN, SetupFailed, fail, say


def main(arguments: list[str] | None = None) -> int:
    """Exit 0: ready; 1: something is missing, and the text says what to do; 130: Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python3 -m ops.setup", description=__doc__)
    parser.add_argument("purpose", choices=["demo", "test"])
    purpose = parser.parse_args(arguments).purpose
    started = time.monotonic()
    try:
        RUN.mkdir(exist_ok=True)
        with (RUN / "setup.lock").open("w") as lock:
            _one_at_a_time(lock.fileno())
            environment.interpreter()
            packages.install(packages.DEMO + (packages.TESTS if purpose == "test" else ()))
            environment.prepare()
            assets.prepare(purpose)
    except (SetupFailed, OSError) as fault:
        return fail(fault)
    except KeyboardInterrupt:
        return 130
    if time.monotonic() - started > 2:
        say(f"ready after {time.monotonic() - started:.0f} s")
    return 0


def _one_at_a_time(lock: int) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("another set-up is at work here; waiting for it")
        fcntl.flock(lock, fcntl.LOCK_EX)


if __name__ == "__main__":
    sys.exit(main())
