"""A brief on its way: drafted, signed by other eyes, frozen for ever, revised by the next edition.

Published report = immutable snapshot (query, as-of, signer); later corrections yield a revision
with a difference list (C-47). Editions are a chain: each one's hash covers its content and the hash
of the one before, whichever brief that was of.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from kernel.digest import FIRST, digest
from services.stats.domain.brief import Sentence, Template
from services.stats.domain.broken import AlreadyDecided, SelfMade
from services.stats.domain.figures import Figure

State = Literal["waiting", "published", "refused", "lapsed"]
Decision = Literal["published", "refused"]
PLATFORM = "platform"  # who drafts a revision that nobody asked for


@dataclass(frozen=True, kw_only=True)
class Position:
    """Exactly which facts the figures are of: the folds' run, its version, how many facts, and when
    the latest of them was told."""

    epoch: str
    version: int
    facts: int
    told_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a brief says: the query (kind, local days, both inclusive), the words as templates, what
    became of them, and the facts behind the figures."""

    kind: str
    title: str
    since: date
    as_of: date
    templates: tuple[Template, ...]
    sentences: tuple[Sentence, ...]
    position: Position

    @property
    def can_be_said(self) -> bool:
        """Whether there is a sentence with all its figures."""
        return any(sentence.text for sentence in self.sentences)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A figure that is another now: in which sentence (from 1), what it says before and after."""

    sentence: int
    about: str
    figure: str
    before: Figure
    after: Figure
    text_before: str | None
    text_after: str | None


@dataclass(frozen=True, kw_only=True)
class Signer:
    """A member of staff as records name them; `person_ref` is the resident they are themselves."""

    actor: str
    person_ref: str | None = None


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Waits for a signature. As the revision of a brief it has its number (`brief`), the edition it
    would be, what changed and why; `serial` is the edition that it became."""

    id: str
    content: Content
    maker: Signer
    made_at: datetime
    brief: int | None = None
    edition: int = 1
    reason: str = ""
    differences: tuple[Difference, ...] = ()
    state: State = "waiting"
    checker: str | None = None
    decided_at: datetime | None = None
    remark: str = ""
    serial: int | None = None


@dataclass(frozen=True, kw_only=True)
class Edition:
    """A published brief, never changed. `serial` counts all editions, `brief` is the serial of its
    first edition and its number; `reason` and `differences` say what a revision revised."""

    serial: int
    brief: int
    edition: int
    content: Content
    maker: str
    made_at: datetime
    signer: str
    signed_at: datetime
    reason: str
    differences: tuple[Difference, ...]
    previous: str
    hash: str = ""


def differences(before: Content, after: Content) -> tuple[Difference, ...]:
    """Every figure that is another, sentence by sentence; both have the same templates."""
    found = []
    pairs = zip(before.templates, before.sentences, after.sentences, strict=True)
    for number, (template, was, now) in enumerate(pairs, start=1):
        found += [
            Difference(sentence=number, about=template.about, figure=name, before=was.figures[name],
                       after=now.figures[name], text_before=was.text, text_after=now.text)
            for name in was.figures if was.figures[name] != now.figures[name]
        ]
    return tuple(found)


def check_eyes(maker: Signer, checker: Signer) -> None:
    """Maker ≠ checker (C-17); two accounts of one person are one person. Raises SelfMade."""
    is_same_person = checker.person_ref is not None and checker.person_ref == maker.person_ref
    if checker.actor == maker.actor or is_same_person:
        raise SelfMade


def decided(draft: Draft, decision: Decision, *, checker: Signer, at: datetime, remark: str,
            serial: int | None = None) -> Draft:
    """The draft after other eyes' word. Raises AlreadyDecided, SelfMade."""
    if draft.state != "waiting":
        raise AlreadyDecided
    check_eyes(draft.maker, checker)
    return replace(draft, state=decision, checker=checker.actor, decided_at=at, remark=remark,
                   serial=serial)


def signed(draft: Draft, *, signer: Signer, at: datetime, last: Edition | None) -> Edition:
    """The draft as the next edition of the chain, `last` being its end."""
    serial = last.serial + 1 if last else 1
    edition = Edition(
        serial=serial, brief=draft.brief or serial, edition=draft.edition, content=draft.content,
        maker=draft.maker.actor, made_at=draft.made_at, signer=signer.actor, signed_at=at,
        reason=draft.reason, differences=draft.differences,
        previous=last.hash if last else FIRST,
    )
    return replace(edition, hash=digest(vars(edition)))
