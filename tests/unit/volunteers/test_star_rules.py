"""What stars want, and who may give them: C-24."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from services.volunteers import schemes
from services.volunteers.domain.acting import Acting
from services.volunteers.domain.broken import AlreadyDecided, SelfConcerned, SelfMade
from services.volunteers.domain.stars import scheme as rules
from services.volunteers.domain.stars.broken import (
    NotDeserved,
    UnknownProposal,
)
from services.volunteers.domain.stars.scheme import Merits, Scheme, Tier
from services.volunteers.domain.stars.standing import (
    Call,
    Standing,
    called_for,
    decided,
    weighed,
)
from tests.unit.volunteers.builders import at

TODAY = date(2026, 11, 26)
LONG_AGO = date(2020, 1, 1)
[OURS] = schemes.load()
NOW = at("12:00", "2026-11-26")
ONE = Call(kind="award", stars=1, scheme=OURS.valid_from)
FULL = Merits(minutes=100 * 60, since=LONG_AGO)


def stars(minutes: int, *, since: date | None = LONG_AGO, quality: float | None = None,
          scheme: Scheme = OURS) -> int:
    return rules.deserved(scheme, Merits(minutes=minutes, since=since, quality=quality), TODAY)


@pytest.mark.parametrize(("hours", "given"), [(100, 1), (300, 2), (600, 3), (1000, 4), (1500, 5)])
def test_c_24_a_tier_is_reached_at_its_last_minute_and_not_before(hours: int, given: int) -> None:
    assert stars(hours * 60) == given
    assert stars(hours * 60 - 1) == given - 1


def test_c_24_without_tenure_there_are_no_stars_however_many_hours() -> None:
    first = OURS.tiers[0].tenure_days
    assert stars(100 * 60, since=TODAY - timedelta(days=first)) == 1
    assert stars(100 * 60, since=TODAY - timedelta(days=first - 1)) == 0
    assert stars(1500 * 60, since=TODAY - timedelta(days=first)) == 1
    assert stars(100 * 60, since=None) == 0


def test_c_24_ratings_that_do_not_exist_fulfil_no_quality_rule() -> None:
    strict = replace(OURS, tiers=(Tier(stars=1, hours=100, quality=80),))
    assert [stars(6000, quality=share, scheme=strict) for share in (None, 79.9, 80)] == [0, 0, 1]
    assert stars(6000, quality=None) == 1


def test_c_24_the_scheme_of_the_day_is_the_latest_that_holds() -> None:
    later = replace(OURS, valid_from=date(2027, 1, 1))
    assert rules.scheme_on([later, OURS], TODAY) == OURS
    assert rules.scheme_on([OURS, later], date(2027, 1, 1)) == later
    assert rules.scheme_on([OURS], date(2020, 12, 31)) is None


def call_for(standing: Standing, minutes: int, scheme: Scheme = OURS,
             given_by: Scheme = OURS) -> Call | None:
    return called_for(standing, replace(FULL, minutes=minutes), scheme=scheme, given_by=given_by,
                      today=TODAY)


def test_c_24_a_reversal_calls_for_a_review_and_a_stricter_scheme_does_not() -> None:
    holder = Standing(person_ref="p1", stars=1, scheme=OURS.valid_from)
    assert call_for(holder, 6000) is None
    assert call_for(holder, 5999) == Call(kind="review", stars=0, scheme=OURS.valid_from)
    stricter = Scheme(valid_from=TODAY, tiers=(Tier(stars=1, hours=200),))
    assert call_for(holder, 6000, scheme=stricter) is None


def test_c_24_there_is_one_open_proposal_and_it_lapses_when_it_is_not_called_for() -> None:
    once = weighed(Standing(person_ref="p1"), ONE, FULL, at=NOW)
    assert weighed(once, ONE, FULL, at=NOW) == once
    gone = weighed(once, None, FULL, at=NOW)
    assert (gone.open, gone.proposals[0].state) == (None, "lapsed")
    two = weighed(once, replace(ONE, stars=2), FULL, at=NOW)
    assert [each.state for each in two.proposals] == ["lapsed", "open"]


def word(standing: Standing, decision: str = "approved", *, call: Call | None = ONE,
         checker: str = "li", own_ref: str | None = None, number: int = 1) -> Standing:
    return decided(standing, number, decision, call=call,  # type: ignore[arg-type]
                   checker=Acting(actor=checker, person_ref=own_ref),
                   concerned=("p1", "p1-old"), reason="属实", at=NOW)


def test_c_24_only_a_person_s_word_changes_stars() -> None:
    asked = weighed(Standing(person_ref="p1"), ONE, FULL, at=NOW)
    assert asked.stars == 0
    assert (word(asked).stars, word(asked).scheme) == (1, OURS.valid_from)
    refused = word(asked, "refused")
    assert (refused.stars, refused.proposals[0].reason) == (0, "属实")
    with pytest.raises(AlreadyDecided):
        word(refused)
    with pytest.raises(UnknownProposal):
        word(asked, number=2)


def test_c_24_c_17_maker_checker_and_beneficiary_are_three() -> None:
    asked = weighed(Standing(person_ref="p1"), ONE, FULL, at=NOW, maker="wang")
    with pytest.raises(SelfMade):
        word(asked, checker="wang")
    for own_ref in ("p1", "p1-old"):
        with pytest.raises(SelfConcerned):
            word(asked, own_ref=own_ref)
    assert word(asked, own_ref="p2").stars == 1


def test_c_24_hours_that_were_reversed_meanwhile_are_not_approved() -> None:
    asked = weighed(Standing(person_ref="p1"), ONE, FULL, at=NOW)
    with pytest.raises(NotDeserved, match="0 星"):
        word(asked, call=None)
    assert word(asked, "refused", call=None).stars == 0


def test_what_was_refused_is_proposed_again_by_staff_only_or_for_more() -> None:
    asked = weighed(Standing(person_ref="p1"), ONE, FULL, at=NOW)
    refused = word(asked, "refused")
    assert weighed(refused, ONE, FULL, at=NOW).open is None
    assert weighed(refused, ONE, FULL, at=NOW, maker="wang").open
    assert weighed(refused, replace(ONE, stars=2), FULL, at=NOW).open


def test_c_24_a_review_takes_stars_away_only_when_it_is_approved() -> None:
    holder = Standing(person_ref="p1", stars=1, scheme=OURS.valid_from)
    less = Call(kind="review", stars=0, scheme=OURS.valid_from)
    asked = weighed(holder, less, FULL, at=NOW)
    assert asked.stars == 1
    assert word(asked, "refused", call=less).stars == 1
    assert (word(asked, call=less).stars, word(asked, call=less).scheme) == (0, None)


def test_every_fault_of_a_scheme_is_named_with_file_and_field(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('valid_from = "soon"\ntiers = [{stars = 1, hours = 100}]')
    (tmp_path / "b.toml").write_text("valid_from = 2026-01-01\ntiers = [{stars = 0, hour = 1}]")
    (tmp_path / "c.toml").write_text("valid_from = 2026-01-01\ntiers = [{stars = 2, hours = 9},"
                                     " {stars = 1, hours = 10}]")
    with pytest.raises(schemes.SchemeFault) as found:
        schemes.load(tmp_path)
    said = "\n".join(found.value.faults)
    for words in ("a.toml: valid_from: a day such as", "b.toml: tiers.0.stars",
                  "b.toml: tiers.0.hour: Unknown", "b.toml: tiers.0.hours: Missing",
                  "c.toml: tiers: each tier has more"):
        assert words in said
    with pytest.raises(schemes.SchemeFault, match="no scheme"):
        schemes.load(tmp_path / "nowhere")
