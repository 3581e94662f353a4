"""TLS in front of a fake, as an operator has it: certificates of an authority of the test's own."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOOPBACK = x509.IPAddress(ip_address("127.0.0.1"))
ANOTHER = x509.DNSName("smsc.example")


@dataclass(frozen=True)
class Authority:
    """`authorities`: its own certificate; `server`: key and certificate that it vouches for."""

    authorities: Path
    server: Path


def made(folder: Path, name: x509.GeneralName = LOOPBACK) -> Authority:
    """A new authority, and a server of that name."""
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _certificate("an authority", root_key, root_key, "an authority").add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True)
    leaf = _certificate("a centre", key, root_key, "an authority").add_extension(
        x509.SubjectAlternativeName([name]), critical=False)
    found = Authority(folder / "authorities.pem", folder / "server.pem")
    found.authorities.write_bytes(_signed(root, root_key))
    found.server.write_bytes(_signed(leaf, root_key) + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption()))
    return found


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, by: ec.EllipticCurvePrivateKey, issuer: str
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return x509.CertificateBuilder(
        subject_name=_named(name), issuer_name=_named(issuer), public_key=key.public_key(),
        serial_number=x509.random_serial_number(), not_valid_before=now - timedelta(days=1),
        not_valid_after=now + timedelta(days=1),
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _signed(builder: x509.CertificateBuilder, by: ec.EllipticCurvePrivateKey) -> bytes:
    return builder.sign(by, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@contextmanager
def within_tls(port: int, authority: Authority) -> Iterator[int]:
    """A port that speaks TLS and hands on to `port`, as stunnel does."""
    opened: Future[tuple[int, Callable[[], object]]] = Future()
    thread = Thread(target=lambda: asyncio.run(_serve(port, authority, opened)), daemon=True)
    thread.start()
    address, end = opened.result(30)
    try:
        yield address
    finally:
        end()
        thread.join(30)


async def _serve(
    port: int, authority: Authority, opened: Future[tuple[int, Callable[[], object]]]
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.server)
    loop, end = asyncio.get_running_loop(), asyncio.Event()
    loop.set_exception_handler(lambda _, told: None)  # a refused handshake is what a test wants

    async def hand_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind, into = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_pour(reader, into), _pour(behind, writer))

    async with await asyncio.start_server(hand_on, "127.0.0.1", 0, ssl=context) as server:
        address = int(server.sockets[0].getsockname()[1])
        opened.set_result((address, lambda: loop.call_soon_threadsafe(end.set)))
        await end.wait()


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
        writer.close()
        await writer.wait_closed()
    except OSError:
        pass
    finally:
        writer.transport.abort()
