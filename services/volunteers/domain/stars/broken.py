"""Rules about stars that can be broken."""

from __future__ import annotations

from services.volunteers.domain.broken.rule import BrokenRule


class UnknownProposal(BrokenRule):
    """There is no such proposal."""

    def __init__(self) -> None:
        super().__init__("没有这条星级建议")


class NotDeserved(BrokenRule):
    """What was proposed does not hold any more, or never did; `stars` are deserved now."""

    def __init__(self, stars: int) -> None:
        super().__init__(f"按现在的时长、年限和评价只够 {stars} 星")
        self.stars = stars


class NothingToPropose(BrokenRule):
    """The person has the stars that are deserved, or a proposal is open."""

    def __init__(self) -> None:
        super().__init__("没有可以提出的建议：星级与时长相符，或已有待处理的建议")
