"""A database server for one test alone, which may be killed and told to fail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pymongo import MongoClient

from ops.parts.database import Database


class OwnDatabase(Database):
    """A server for one test alone, which may be killed, and told to fail commands.

    Left to itself SecantusDB does not wait for the journal when a transaction commits, whatever
    the write concern says (MongoDB does): a SIGKILL would lose what was committed just before.
    """

    def command(self) -> Sequence[str]:
        return [*super().command(), "--enable-test-commands", "--sync-on-commit"]

    def fail(self, times: int, **how: Any) -> None:
        with MongoClient[dict[str, Any]](self.uri) as client:
            mode, how = {"times": times}, {"failCommands": ["commitTransaction"], **how}
            client.admin.command("configureFailPoint", "failCommand", mode=mode, data=how)

    def forget_the_dead(self) -> None:
        """Abort what dead clients left open, as the server does by itself after a minute."""
        with MongoClient[dict[str, Any]](self.uri) as client:
            client.admin.command("killAllSessions", [])
