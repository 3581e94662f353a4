"""`python -m tests.bench.receiving`: a receiver that answers 204 at once; prints its port."""

from __future__ import annotations

import asyncio

ANSWER = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"


async def receive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = head.partition(b"content-length:")[2].split(b"\r\n")[0]
    await reader.readexactly(int(length))
    writer.write(ANSWER)
    await writer.drain()
    writer.close()


async def serve() -> None:
    server = await asyncio.start_server(receive, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
