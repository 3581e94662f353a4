"""Ports of 127.0.0.1: a free one, and who has taken one."""

from __future__ import annotations

import fcntl
import os
import secrets
import socket
import tempfile
from collections import deque
from pathlib import Path

LOOPBACK = "127.0.0.1"
FREE = range(10_000, 32_000)
LOCKS = Path(tempfile.gettempdir(), f"xiangxin-ports-{os.getuid()}")
KEPT = 200
_kept: deque[int] = deque()  # file descriptors: the system closes them when the process ends
LISTENING = "0A"  # the kernel's name of the TCP state in /proc/net/tcp


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listened on a moment ago.

    Below the range from which the system serves outgoing connections, and at random: what is
    chosen now may be listened on seconds later. Other processes of ours that choose at the same
    time see the port's lock, which this one keeps while it lives and chooses no 200 others.
    """
    while True:
        port = secrets.choice(FREE)
        if _is_ours(port) and not is_taken(port):
            return port


def _is_ours(port: int) -> bool:
    LOCKS.mkdir(mode=0o700, exist_ok=True)
    lock = os.open(LOCKS / str(port), os.O_WRONLY | os.O_CREAT, mode=0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return False
    _kept.append(lock)
    if len(_kept) > KEPT:
        os.close(_kept.popleft())
    return True


def is_taken(port: int) -> bool:
    """True when 127.0.0.1:`port` cannot be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return True
    return False


def holder(port: int) -> str:
    """Who listens on `port`: "name (pid n)", or "another process" when Linux does not tell us."""
    inodes = _listening_inodes(port)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _holds(entry, inodes):
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            return f"{command.strip()[:120]} (pid {entry.name})"
    return "another process"


def _listening_inodes(port: int) -> set[str]:
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        if Path(table).exists():
            for line in Path(table).read_text().splitlines()[1:]:
                fields = line.split()
                local, state, inode = fields[1], fields[3], fields[9]
                if state == LISTENING and int(local.rsplit(":", 1)[1], 16) == port:
                    found.add(f"socket:[{inode}]")
    return found


def _holds(process: Path, inodes: set[str]) -> bool:
    try:
        return any(str(handle.readlink()) in inodes for handle in (process / "fd").iterdir())
    except OSError:  # gone meanwhile, or not ours to look at
        return False
