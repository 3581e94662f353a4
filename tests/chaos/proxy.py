"""A TCP proxy that misbehaves on demand, between a process of ours and a server."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Self

LOOPBACK = "127.0.0.1"
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class FaultProxy:
    """Listens on `port` of the loopback and passes on to `upstream` until told otherwise.

    The faults may be called from any thread; each takes effect before it returns and on connections
    old and new. Everything that was held back in a hole flows on after `heal`.
    """

    def __init__(self, upstream: int) -> None:
        self._upstream = upstream
        self._pairs: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = set()
        self._refusing = False
        self._delay = 0.0
        self._cut_after: bytes | None = None
        self.cuts = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def heal(self) -> None:
        """Pass everything on, at once."""

        async def change() -> None:
            self._refusing, self._delay, self._cut_after = False, 0.0, None
            self._up.set()
            self._down.set()

        self._do(change())

    def hole(self) -> None:
        """Keep connections open and let nothing through, as a frozen peer or a lost route does."""
        self._do(self._hold(up=True, down=True))

    def half_hole(self) -> None:
        """Let through what the client says, and nothing of the answers."""
        self._do(self._hold(up=False, down=True))

    def delay(self, seconds: float) -> None:
        """Let every piece wait so long."""

        async def change() -> None:
            self._delay = seconds

        self._do(change())

    def reset(self) -> None:
        """Reset every connection; new ones are let through."""
        self._do(self._reset_all())

    def refuse(self) -> None:
        """Reset every connection, and each new one as soon as it comes."""

        async def change() -> None:
            self._refusing = True
            await self._reset_all()

        self._do(change())

    def cut_after(self, words: bytes) -> None:
        """The next time a client says these words, pass them on, but reset it before any answer."""

        async def change() -> None:
            self._cut_after = words

        self._do(change())

    def __enter__(self) -> Self:
        self._thread.start()
        self._do(self._open())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, change: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(change, self._loop).result(5)

    async def _open(self) -> None:
        self._up, self._down = asyncio.Event(), asyncio.Event()
        self._up.set()
        self._down.set()
        self._server = await asyncio.start_server(self._accepted, LOOPBACK, 0)
        self.port: int = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        self._server.close()
        self._up.set()
        self._down.set()
        await self._reset_all()
        if others := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(others, timeout=2)

    async def _hold(self, *, up: bool, down: bool) -> None:
        if up:
            self._up.clear()
        if down:
            self._down.clear()

    async def _reset_all(self) -> None:
        for pair in list(self._pairs):
            for side in pair:
                _reset(side)

    async def _accepted(self, heard: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        if self._refusing:
            _reset(client)
            return
        try:
            answers, server = await asyncio.open_connection(LOOPBACK, self._upstream)
        except OSError:
            _reset(client)
            return
        pair = (client, server)
        self._pairs.add(pair)
        up = asyncio.ensure_future(self._pass(heard, server, lambda: self._up))
        down = asyncio.ensure_future(self._pass(answers, client, lambda: self._down))
        up.add_done_callback(lambda task: self._is_cut(task, client))
        await asyncio.wait([up, down], return_when=asyncio.FIRST_COMPLETED)
        self._pairs.discard(pair)
        for task in (up, down):
            task.cancel()
        for side in pair:
            side.close()

    async def _pass(
        self,
        source: asyncio.StreamReader,
        target: asyncio.StreamWriter,
        gate: Callable[[], asyncio.Event],
    ) -> bool:
        """Pass on until one side ends; True when the client is to be cut off now."""
        upwards = gate() is self._up
        try:
            while piece := await source.read(65536):
                await gate().wait()
                if self._delay:
                    await asyncio.sleep(self._delay)
                target.write(piece)
                await target.drain()
                if upwards and self._cut_after and self._cut_after in piece:
                    self._cut_after = None
                    self.cuts += 1
                    return True
        except OSError:
            pass
        return False

    def _is_cut(self, task: asyncio.Future[bool], client: asyncio.StreamWriter) -> None:
        if not task.cancelled() and task.result():
            _reset(client)


def _reset(side: asyncio.StreamWriter) -> None:
    """Close with RST instead of FIN."""
    opened: socket.socket = side.get_extra_info("socket")
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    except OSError:
        return
    side.transport.abort()
