"""Logging: one line per record on stderr, whatever a message or a stack trace holds."""

from __future__ import annotations

import logging
import re
import sys

_NUMBERS = re.compile(r"(?<!\d)(1[3-9]\d)\d{8}(?!\d)|(?<!\d)(\d{6})\d{11}[\dXx](?!\d)")
_QUIET = ("amqp", "kombu", "nameko", "pymongo", "eventlet", "httpx", "httpcore", "smpplib")


def without_numbers(text: str) -> str:
    """The text with every telephone and identity number cut short."""
    return _NUMBERS.sub(lambda match: f"{match[1] or match[2]}***", text)


class OneLine(logging.Formatter):
    """`time level logger message`; line breaks become " | " so that no record can forge another.

    A fault may carry what a person typed: telephone and identity numbers lose their end.
    """

    def format(self, record: logging.LogRecord) -> str:
        line = " | ".join(part for part in super().format(record).splitlines() if part.strip())
        return without_numbers(line)


def log_to_stderr(level: str) -> None:
    """Set up once at start. Libraries speak from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
