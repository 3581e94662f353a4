"""SMS texts: one file per purpose, and one that names nothing for confidential activities."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from contracts.session import SessionRef
from kernel.pages.words import FILTERS, moment
from services.notifications.domain.message import Purpose
from services.notifications.domain.text import check_length, check_values

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Rendered:
    """A text with the name and version (a digest of the file) of the template it was made by."""

    text: str
    template: str


class Texts:
    """Renders texts that begin with 【signature】."""

    def __init__(self, signature: str) -> None:
        self._signature = signature
        self._environment = Environment(
            loader=FileSystemLoader(FOLDER), undefined=StrictUndefined, autoescape=False,
            auto_reload=False,
        )
        self._environment.filters.update(FILTERS)

    def render(self, purpose: Purpose, session: SessionRef,
               values: Mapping[str, object]) -> Rendered:
        """The text for a session. Raises InvalidText, naming the variable at fault (N-21)."""
        name = f"{purpose}-confidential" if session.confidential else purpose
        values = {**({} if session.confidential else _named(session)), **values}
        check_values(values)
        when = moment(session.starts_at)
        body = self._environment.get_template(f"{name}.txt").render(when=when, **values).strip()
        text = f"【{self._signature}】{body}"
        check_length(text)
        return Rendered(text=text, template=f"{name}@{version(name)}")


def _named(session: SessionRef) -> dict[str, object]:
    return {"title": session.title or "活动", "place": session.place or session.street}


@cache
def version(name: str) -> str:
    """Changes with every change of the template's file (N-20)."""
    return hashlib.sha256((FOLDER / f"{name}.txt").read_bytes()).hexdigest()[:12]
