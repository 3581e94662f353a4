"""`python -m kernel.serve <service>`: one service in one process, until SIGTERM."""

from __future__ import annotations

import sys
import warnings


def main(arguments: list[str]) -> int:
    """Exit status: 0 after a drain, 1 after a fault, 2 when started wrongly."""
    if len(arguments) != 1:
        print("usage: python -m kernel.serve <service>", file=sys.stderr)
        return 2
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    import eventlet  # before anything that opens sockets or makes locks

    eventlet.monkey_patch()
    from kernel.running import run

    return run(arguments[0])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
