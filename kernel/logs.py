"""Logging: one line per record on stderr, whatever a message or a stack trace holds."""

from __future__ import annotations

import logging
import re
import sys

_NUMBERS = re.compile(
    r"(?<![0-9A-Za-z])(?P<id>(?=\d*[a-f])[0-9a-f]{32})(?![0-9A-Za-z])"  # of ours: it is no number
    r"|(?<!\d)(?P<phone>1[3-9]\d)\d{8}(?!\d)|(?<!\d)(?P<card>\d{6})\d{11}[\dXx](?!\d)")
_QUIET = ("amqp", "kombu", "nameko", "pymongo", "eventlet", "httpx", "httpcore", "smpplib")


def without_numbers(text: str) -> str:
    """The text with every telephone and identity number cut short. Ids of ours (32 hexadecimal
    digits) stay whole: digits within one may look like a telephone, and a log whose ids are cut
    proves nothing."""
    return _NUMBERS.sub(
        lambda match: match["id"] or f"{match['phone'] or match['card']}***", text)


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
