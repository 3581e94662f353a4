"""Every template as staff look at it before and after its release: examples, lengths, codes (N-22).

Examples are invented: an ordinary one, and the shortest and the longest that can be said, from
which the fewest and the most segments follow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from typing import cast, get_args, get_type_hints

from contracts.events import SignupLapsed
from contracts.session import SessionRef
from kernel.clock import SHANGHAI
from services.notifications.domain.broadcast import CHOICES
from services.notifications.domain.message import Purpose
from services.notifications.domain.notice import OWN_DECISIONS
from services.notifications.domain.text import LONGEST, cut, segments, units
from services.notifications.templates import OF_SESSION, Texts, can_lack, variables
from services.notifications.templates.codes import Codes, Form, forms
from services.notifications.templates.versions import Version, current, versions

HIDDEN = "-confidential"
LONGEST_NAME = 40  # characters of a title or a place
_EARLY = datetime(2027, 1, 1, 9, tzinfo=SHANGHAI)
_USUAL = datetime(2027, 9, 30, 19, 30, tzinfo=SHANGHAI)
_BEFORE = _USUAL - timedelta(hours=30)
_LATE = datetime(2027, 12, 31, 12, 30, tzinfo=SHANGHAI)
_REASONS = sorted(set(get_args(get_type_hints(SignupLapsed)["reason"])) - OWN_DECISIONS)
# by variable what it may be: the ordinary one first
_VALUES: Mapping[str, Sequence[object]] = {
    "until": (_BEFORE, _EARLY, _LATE, None), "was": (_BEFORE, _EARLY, _LATE, None),
    "position": (37, 1, 9999), "minutes": (90, 1, 1440), "before": (90, 1, 1440),
    "after": (60, 0, 1440), "number": ("3F9A1C07B2",), "code": ("K7M2Q9",),
    "doing": ("登录", "更换手机号"),
    "asked": ("更正", "补录"), "reason": _REASONS, "said": tuple(CHOICES.values()),
    "words": ("集合地点改为东门，请带水。", "好"),
}
_SESSIONS = (
    ("“马路天使”文明交通志愿服务", "大鹏文化广场", _USUAL), ("观影", "葵涌", _EARLY),
    ("长" * LONGEST_NAME, "远" * LONGEST_NAME, _LATE),
)


@dataclass(frozen=True, kw_only=True)
class Preview:
    """One version: how it reads, in which segments, how many it may take, and who can say it.

    `limited` is the most segments of any text, where staff's own words are part of it.
    """

    version: Version
    purpose: Purpose
    hidden: bool
    in_force: bool
    example: str
    parts: tuple[str, ...]
    units: int
    least: int
    most: int
    limited: bool
    variables: tuple[str, ...]
    forms: tuple[Form, ...]
    codes: Mapping[str, Mapping[str, str]]


def previews(texts: Texts, codes: Codes) -> list[Preview]:
    """All versions there are, drafts too, by name, the newest first."""
    found = [preview(texts, codes, version) for version in versions()]
    return sorted(found, key=lambda one: (one.version.name, -one.version.number))


def preview(texts: Texts, codes: Codes, version: Version) -> Preview:
    """One version with its examples. Raises InvalidText when it cannot be said at all."""
    reference, hidden = version.reference, version.name.endswith(HIDDEN)
    said = list(_said(texts, reference, hidden=hidden))
    counts = [segments(text) for text in said]
    free = "words" in variables(reference)
    return Preview(
        version=version, purpose=cast(Purpose, version.name.removesuffix(HIDDEN)), hidden=hidden,
        in_force=current().get(version.name) == reference, example=said[0],
        parts=tuple(cut(said[0])), units=units(said[0]), least=min(counts),
        most=segments("字" * LONGEST) if free else max(counts), limited=free,
        variables=tuple(sorted(variables(reference))), forms=forms().get(reference, ()),
        codes={provider: codes.of(provider, reference) for provider in codes.providers},
    )


def _said(texts: Texts, reference: str, *, hidden: bool) -> Iterator[str]:
    """The ordinary text first, then every mixture of what its variables may be."""
    wanted = sorted(variables(reference) - OF_SESSION)
    free = can_lack(reference)
    for title, place, at in _SESSIONS:
        session = SessionRef(
            session_id="example", activity_id="example", programme="example", kind="gathering",
            street="葵涌", starts_at=at, ends_at=at + timedelta(hours=2), confidential=hidden,
            title=None if hidden else title, place=None if hidden else place,
        )
        choices = ([one for one in _VALUES.get(name, ("示例",)) if one is not None or name in free]
                   for name in wanted)
        for values in product(*choices):
            named = dict(zip(wanted, values, strict=True))
            yield texts.render_version(reference, session, named).text


def version_of(reference: str) -> Version | None:
    """The version with this reference, e.g. `confirmed@1`."""
    return next((one for one in versions() if one.reference == reference), None)
