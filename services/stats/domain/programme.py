"""A programme (项目) as it was last published; it adds no figure, it says how figures are read."""

from __future__ import annotations

from dataclasses import dataclass, replace

from contracts.events import ProgrammePublished
from services.stats.domain.day import Share
from services.stats.domain.heard import Heard

UNKNOWN_WING = "未归类"


@dataclass(frozen=True, kw_only=True)
class Programme:
    """What is shown and counted by: wing (翼), kind, whether it is confidential."""

    key: str
    title: str
    wing: str = UNKNOWN_WING
    owner: str = ""
    kind: str = ""
    confidential: bool = False
    counts_households: bool = False
    sequence: int = 0

    @staticmethod
    def key_of(fact: ProgrammePublished) -> str:
        return fact.programme

    @classmethod
    def first(cls, heard: Heard) -> Programme:
        fact = heard.fact
        assert isinstance(fact, ProgrammePublished)
        return cls.untold(fact.programme)

    @classmethod
    def untold(cls, key: str) -> Programme:
        """One of which facts came before it was published: shown by its key."""
        return cls(key=key, title=key)

    def after(self, heard: Heard) -> Programme:
        fact = heard.fact
        assert isinstance(fact, ProgrammePublished)
        if heard.sequence <= self.sequence:
            return self
        return replace(self, title=fact.title, wing=fact.wing, owner=fact.owner, kind=fact.kind,
                       confidential=fact.confidential, counts_households=fact.counts_households,
                       sequence=heard.sequence)

    def shares(self) -> tuple[Share, ...]:
        return ()
