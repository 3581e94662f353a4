"""What a change costs the process that tells it to many viewers, and what it costs when all of
them leave at once. Processor time of that process alone, so that other work on the machine counts
little.

`python -W ignore -m tests.bench.bench_viewers [viewers]`: our listener and `Live` over real
sockets; the viewers read in another process.
"""

from __future__ import annotations

import eventlet

eventlet.monkey_patch()

import sys  # noqa: E402
from collections.abc import Callable, Iterable  # noqa: E402
from time import process_time  # noqa: E402
from typing import Any  # noqa: E402

from eventlet.green import subprocess  # noqa: E402

from kernel.live import Live  # noqa: E402
from kernel.web.call import Call  # noqa: E402
from kernel.web.listener import Listener  # noqa: E402
from kernel.web.protocol import STREAM  # noqa: E402

CHANGES = 40
TILES = {"feed": "x" * 3_700, "running": "y" * 2_500}  # bytes as on the wall


class Board:
    """A figure that changes, beside tiles that do not."""

    def __init__(self) -> None:
        self.version = 0
        self.live = Live(lambda: {**TILES, "feed": f"{self.version}{TILES['feed']}"},
                         lambda: self.version, every=0.05, look=0.01, beat=60)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        environ["eventlet.minimum_write_chunk_size"] = 0
        environ["xiangxin.protocol"].conn_state.enter(STREAM)
        return self.live.response(Call(environ))(environ, start)


def run(count: int) -> str:
    board = Board()
    listener = Listener(("127.0.0.1", 0), board)
    listener.start()
    address = f"http://127.0.0.1:{listener.address[1]}"
    command = [sys.executable, "-m", "tests.bench.viewers", address, f"{count}", "0"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as viewers:
        viewers.stdout.readline()
        worked = process_time()
        for _ in range(CHANGES):
            board.version += 1
            eventlet.sleep(0.1)
        each, worked = (process_time() - worked) / CHANGES, process_time()
        viewers.kill()
        with eventlet.Timeout(120):
            while board.live.viewers:  # who has gone is found out by writing
                board.version += 1
                eventlet.sleep(0.05)
    gone = process_time() - worked
    return (f"{count} viewers: {each * 1000:.1f} ms of processor a change, "
            f"{gone * 1000:.0f} ms when all left at once")


if __name__ == "__main__":
    print(run(int(sys.argv[1]) if len(sys.argv) > 1 else 500))
