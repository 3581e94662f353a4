"""SMS texts: one template per purpose, and one that names nothing for confidential activities."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, UndefinedError, meta

from contracts.session import SessionRef
from kernel.clock import SHANGHAI
from kernel.words import FILTERS, moment
from services.notifications.domain.message import OF_NO_SESSION, Purpose
from services.notifications.domain.text import (
    InvalidText,
    check_length,
    check_values,
    with_session,
)
from services.notifications.templates.versions import FOLDER, current

OF_SESSION = frozenset({"when", "title", "place"})  # may be said, need not be
_ASKED = re.compile(r"\{%-?\s*if (\w+)")
_PIECE = 5  # characters of a number's pieces; some providers allow six in one variable


@dataclass(frozen=True)
class Rendered:
    """A text, the version of the template it was made by, and what was said in it, as said."""

    text: str
    template: str
    said: Mapping[str, str] = field(default_factory=dict, repr=False)


class Texts:
    """Renders texts that begin with 【signature】."""

    def __init__(self, signature: str) -> None:
        self.signature = signature

    def render(self, purpose: Purpose, session: SessionRef | None,
               values: Mapping[str, object]) -> Rendered:
        """The text in force now. Raises InvalidText, naming the variable at fault (N-21)."""
        return self.render_version(current()[name_of(purpose, session)], session, values)

    def render_version(self, reference: str, session: SessionRef | None,
                       values: Mapping[str, object]) -> Rendered:
        """The text of one version, released or not. Raises InvalidText (N-21)."""
        wanted = variables(reference)
        of_session = _of_session(session)
        values = _filled(values, of_session)
        _check_names(wanted, of_session, values)
        _check_known(reference, values)
        told = {name: value for name, value in {**of_session, **values}.items() if name in wanted}
        check_values(told)
        shown = {**told, "when": moment(of_session["when"])} if "when" in told else told
        try:
            body = _environment().get_template(f"{reference}.txt").render(shown).strip()
        except UndefinedError as fault:  # it has a word for each of some values, and not for this
            raise InvalidText("text", "has no word for a value") from fault
        text = self.signed(body)
        return Rendered(text=text, template=reference, said=as_said({**of_session, **values}))

    def signed(self, body: str) -> str:
        """The text with its signature. Raises InvalidText when it is too long, never cuts it."""
        text = f"【{self.signature}】{body}"
        check_length(text)
        return text


def name_of(purpose: Purpose, session: SessionRef | None) -> str:
    """Which template speaks; a confidential activity's says nothing of it."""
    hidden = session is not None and session.confidential and purpose not in OF_NO_SESSION
    return f"{purpose}-confidential" if hidden else purpose


@cache
def variables(reference: str) -> frozenset[str]:
    """The names of what a version may say."""
    source = (FOLDER / f"{reference}.txt").read_text(encoding="utf-8")
    return frozenset(meta.find_undeclared_variables(_environment().parse(source)))


@cache
def can_lack(reference: str) -> frozenset[str]:
    """The names of what a version says only if it is known: `{% if until %}`."""
    source = (FOLDER / f"{reference}.txt").read_text(encoding="utf-8")
    return frozenset(_ASKED.findall(source))


@cache
def _environment() -> Environment:
    made = Environment(  # nosec B701 # SMS are plain text; where pages show them they escape
        loader=FileSystemLoader(FOLDER), undefined=StrictUndefined, autoescape=False,
        auto_reload=False,
    )
    made.filters.update(FILTERS)
    return made


def as_said(values: Mapping[str, object]) -> dict[str, str]:
    """What a provider's own form of a text may be made of, each as it reads in a text.

    A moment is there in full and, for providers of short variables, as `<name>_day` and
    `<name>_time`; the number of a registration also in two pieces. What is not known is not there.
    """
    said: dict[str, str] = {}
    for name, value in values.items():
        if isinstance(value, datetime):
            local = value.astimezone(SHANGHAI)
            said[name] = moment(value)
            said[f"{name}_day"] = f"{local.month}月{local.day}日"
            said[f"{name}_time"] = f"{local:%H:%M}"
        elif value is not None:
            said[name] = str(value)
    if number := said.get("number"):
        said |= {"number_1": number[:_PIECE], "number_2": number[_PIECE:]}
    return said


def said_of(session: SessionRef | None, values: Mapping[str, object]) -> dict[str, str]:
    """What a text of this session and values says, each as it reads in it."""
    return as_said({**_of_session(session), **values})


def _of_session(session: SessionRef | None) -> dict[str, Any]:
    if session is None:
        return {}
    named: dict[str, Any] = {"when": session.starts_at}
    if not session.confidential:
        named |= {"title": session.title or "活动", "place": session.place or session.street}
    return named


def _filled(values: Mapping[str, object], of_session: Mapping[str, Any]) -> Mapping[str, object]:
    """With what staff wrote for many said of this session."""
    if "words" not in values:
        return values
    named = {**of_session, "when": moment(of_session["when"])} if of_session else {}
    return {**values, "words": with_session(str(values["words"]), named)}


def _check_known(reference: str, values: Mapping[str, object]) -> None:
    """What is not known (None) may be given only where the template asks whether it is."""
    for name in sorted(variables(reference) - can_lack(reference)):
        if name in values and values[name] is None:
            raise InvalidText(name, "missing")


def _check_names(wanted: frozenset[str], of_session: Mapping[str, object],
                 values: Mapping[str, object]) -> None:
    for name in sorted(wanted - set(of_session) - set(values)):
        raise InvalidText(name, "missing")
    for name in sorted(set(values) - wanted):
        raise InvalidText(name, "no variable of this text")
