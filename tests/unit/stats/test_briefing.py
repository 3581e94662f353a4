"""Briefs from draft to revision: other eyes sign, what is signed stays (C-47)."""

from __future__ import annotations

import inspect
from datetime import date
from hashlib import sha256
from typing import Any

import pytest

from contracts.stats import BriefPublished
from kernel.digest import digest
from services.stats.domain import broken
from services.stats.domain.edition import Signer
from services.stats.service import ERRORS, Http
from services.stats.usecases.application import Stats
from services.stats.usecases.briefing import composing, drafting, looking, signing
from services.stats.usecases.folding import fold_figures
from tests.unit.stats.builders import (
    a_session,
    closed,
    corrected,
    credited,
    published,
    stats,
    told,
)

MAKER, CHECKER = Signer(actor="maker"), Signer(actor="checker")
SINCE, END = date(2021, 1, 1), date(2021, 9, 30)


def a_season() -> Stats:
    """Three volunteers, one session, 40 people served: one sentence is complete."""
    app = stats()
    fold_figures(app, told([published(), closed(served=40),
                            *(credited(f"p{number}") for number in range(3))]))
    return app


def drafted(app: Stats, **changes: Any) -> str:
    asked: dict[str, Any] = {"since": SINCE, "as_of": END, "by": MAKER, **changes}
    draft_id: str = drafting.draft(app, asked.pop("kind", "work-report"), **asked)["draft_id"]
    return draft_id


def signed(app: Stats, draft_id: str, by: Signer = CHECKER) -> int:
    serial: int = signing.decide(app, draft_id, "published", by=by)["serial"]
    return serial


def correct(app: Stats) -> None:
    """The hours of one volunteer are taken back."""
    fold_figures(app, told([corrected("p0", -90, reverses=f"{a_session().session_id}-p0")],
                           at=app.clock()))


def tell(app: Stats) -> list[dict[str, Any]]:
    return list(app.transactions.database["outbox"].find())


def test_c_47_what_is_published_is_what_was_drafted_with_query_signer_and_position() -> None:
    app = a_season()
    draft_id = drafted(app)
    fold_figures(app, told([credited("late")], at=app.clock()))  # moves between the two

    serial = signed(app, draft_id)

    edition = looking.published(app, serial).edition
    content = edition.content
    assert (content.kind, content.since, content.as_of) == ("work-report", SINCE, END)
    assert (edition.maker, edition.signer, edition.signed_at) == ("maker", "checker", app.clock())
    assert content.sentences[0].figures == {"attendances": 3, "hours": 4.5, "served_reported": 40}
    assert (content.position.version, content.position.facts) == (1, 5)
    assert content.sentences[1].text is None and content.sentences[1].missing == ("households",)


def test_the_maker_does_not_sign_nor_the_same_person_with_another_account_c17() -> None:
    app = a_season()
    draft_id = drafted(app, by=Signer(actor="maker", person_ref="p1"))

    for same in (Signer(actor="maker"), Signer(actor="other", person_ref="p1")):
        with pytest.raises(broken.SelfMade):
            signed(app, draft_id, by=same)

    assert signed(app, draft_id) == 1
    with pytest.raises(broken.AlreadyDecided):
        signed(app, draft_id)


def test_a_refused_draft_publishes_nothing() -> None:
    app = a_season()
    draft_id = drafted(app)

    signing.decide(app, draft_id, "refused", by=CHECKER, remark="再核一遍")

    assert app.store.drafts.waiting() == [] and looking.shelf(app).editions == []
    assert app.store.drafts.one(draft_id).remark == "再核一遍"


def test_publishing_is_told_with_the_hash_that_covers_the_edition_before() -> None:
    app = a_season()
    first = app.store.editions.one(signed(app, drafted(app)))
    second = app.store.editions.one(signed(app, drafted(app, kind="figures")))

    assert (first.brief, second.brief, second.previous) == (1, 2, first.hash)
    facts = [row for row in tell(app) if BriefPublished.key in str(row)]
    assert len(facts) == 2 and second.hash in str(facts[1])


def test_c_47_a_correction_yields_a_revision_with_every_difference() -> None:
    app = a_season()
    serial = signed(app, drafted(app))
    before = app.store.editions.one(serial)
    correct(app)

    assert drafting.follow(app) == [1]

    [waits] = app.store.drafts.waiting()
    assert (waits.maker.actor, waits.brief, waits.edition) == ("platform", 1, 2)
    assert [(d.sentence, d.figure, d.before, d.after) for d in waits.differences] == [
        (1, "attendances", 3, 2), (1, "hours", 4.5, 3)]
    assert "累计3人次" in str(waits.differences[0].text_before)
    assert "累计2人次" in str(waits.differences[0].text_after)
    revised = looking.published(app, signed(app, waits.id))
    assert (revised.edition.brief, revised.edition.edition, revised.newer) == (1, 2, None)
    assert app.store.editions.one(serial) == before
    newer = looking.published(app, serial).newer
    assert newer is not None and newer.serial == 2


def test_following_again_drafts_nothing_twice_and_drops_what_is_right_again() -> None:
    app = a_season()
    signed(app, drafted(app))
    assert drafting.follow(app) == []
    correct(app)
    assert (drafting.follow(app), drafting.follow(app)) == ([1], [])
    fold_figures(app, told([credited("p9")], at=app.clock()))

    assert drafting.follow(app) == [1]

    assert app.store.drafts.waiting() == []  # three attendances and 4.5 hours once more


def test_somebodys_own_revision_takes_the_place_of_the_platforms() -> None:
    app = a_season()
    serial = signed(app, drafted(app))
    with pytest.raises(broken.NothingChanged):
        drafting.revise(app, serial, reason="核对后更正", by=MAKER)
    correct(app)
    drafting.follow(app)

    drafting.revise(app, serial, reason="核对后更正", by=MAKER)

    [waits] = app.store.drafts.waiting()
    assert (waits.maker, waits.reason) == (MAKER, "核对后更正")
    assert drafting.follow(app) == []
    with pytest.raises(broken.RevisionWaits):
        drafting.revise(app, serial, reason="再来一次", by=CHECKER)
    signed(app, waits.id)
    correct(app)
    with pytest.raises((broken.NotTheLatest, broken.NothingChanged)):
        drafting.revise(app, serial, reason="旧版", by=MAKER)


@pytest.mark.parametrize("change", [
    {"$set": {"content.sentences.0.text": "截至九月，累计4人次"}},
    {"$set": {"content.sentences.0.figures.attendances": 4}},
    {"$set": {"signer": "somebody"}}, {"$set": {"note": "added"}}, {"$unset": {"reason": ""}},
])
def test_one_changed_byte_of_what_was_signed_is_seen(change: dict[str, Any]) -> None:
    app = a_season()
    serial, following = signed(app, drafted(app)), signed(app, drafted(app, kind="figures"))
    assert app.store.editions.is_whole(serial) and app.store.editions.faults() == (2, [])

    app.transactions.database["briefs"].update_one({"_id": serial}, change)

    assert not app.store.editions.is_whole(serial)
    assert not app.store.editions.is_whole(following)  # it names the hash of what was there
    number, faults = app.store.editions.faults()
    assert number == 2 and faults[0] == "edition 1 was altered after it was signed"


def test_an_edition_signed_before_a_field_was_known_is_still_whole() -> None:
    app = a_season()
    serial = signed(app, drafted(app))
    rows = app.transactions.database["briefs"]
    old = rows.find_one({"_id": serial}) or {}
    for sentence in old["content"]["sentences"]:
        del sentence["partial"]
    old["hash"] = digest({"serial": old["_id"], **{k: v for k, v in old.items() if k != "_id"}})
    rows.replace_one({"_id": serial}, old)

    assert looking.published(app, serial).is_whole
    assert sha256(app.store.editions.signed(serial).encode()).hexdigest() == old["hash"]


def test_an_edition_that_was_taken_away_is_missed() -> None:
    app = a_season()
    signed(app, drafted(app))
    signed(app, drafted(app, kind="figures"))
    app.transactions.database["briefs"].delete_one({"_id": 1})

    assert app.store.editions.faults() == (0, ["edition 1 is missing"])


@pytest.mark.parametrize(("changes", "rule", "field"), [
    ({"kind": "poem"}, broken.UnknownKind, "template"),
    ({"as_of": date(2021, 10, 1)}, broken.WrongPeriod, "as_of"),
    ({"since": date(2021, 10, 1)}, broken.WrongPeriod, "from"),
])
def test_a_wrong_query_is_named(changes: dict[str, Any], rule: type[broken.BrokenRule],
                                field: str) -> None:
    with pytest.raises(rule) as refused:
        drafted(a_season(), **changes)
    assert list(refused.value.errors) == [field]  # type: ignore[attr-defined]


def test_a_period_without_one_whole_sentence_is_not_drafted() -> None:
    with pytest.raises(broken.NothingToSay):
        drafted(stats())


def test_figures_that_never_rest_are_not_taken_hold_of() -> None:
    app = a_season()
    reading = app.store.progress.now
    versions = iter(range(10, 1000))
    object.__setattr__(app.store.progress, "now",
                       lambda: type(reading())(**{**vars(reading()), "version": next(versions)}))
    with pytest.raises(broken.FiguresMoving):
        composing.compose(app, "work-report", since=SINCE, as_of=END)


def test_every_rule_that_can_be_broken_has_status_and_code() -> None:
    rules = {rule for _, rule in inspect.getmembers(broken, inspect.isclass)
             if issubclass(rule, broken.BrokenRule) and rule is not broken.BrokenRule}
    assert rules and rules <= set(ERRORS) and Http.errors is ERRORS
