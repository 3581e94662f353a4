"""A family under one account: children by consent, adults by a code of their own, both may go."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from kernel.audit.act import Act, acting
from kernel.audit.book import Book
from services.events.domain.broken import (
    CodeOver,
    ContactTaken,
    FamilyFull,
    LastGuardian,
    NameKnown,
    NameNeeded,
    NotAMinor,
    NotOfAge,
    OldText,
    SamePhone,
    TooManyCodes,
    UnknownReference,
    WrongCode,
)
from services.events.domain.family import MOST_TIES, TEXT_VERSION
from services.events.domain.person import Known, Newcomer
from services.events.schemas.personal import PersonalAnswer
from services.events.usecases import consenting, own_data
from services.events.usecases.family import adults, children, guarding, leaving, people
from services.events.usecases.family.seeing import family_of
from services.events.usecases.resident_codes import ask_code
from services.events.usecases.resident_signing_in import sign_in, stands_for
from services.events.usecases.signing_up import sign_up
from tests.unit.events.builders import PUBLIC, Town
from tests.unit.events.test_resident_sign_in import code_of, wrong

PHONE, OTHER = "13900000001", "13900000002"
BORN = date(2015, 3, 1)


def account_of(town: Town, phone: str = PHONE, name: str | None = "测试0001") -> str:
    """Signs in with the telephone, and says the name where one is given."""
    town.clock.advance(timedelta(minutes=2))
    secret = ask_code(town.app, phone, "sign_in", caller=PUBLIC)
    login, _ = sign_in(town.app, secret, code_of(town, phone), device="")
    if name:
        people.introduce(town.app, login.account_id, name)
    return login.account_id


def add(town: Town, account: str, name: str = "测试小孩", **fields: Any) -> str:
    child = {"birth_date": BORN, "guardian_ref": None, "text_version": TEXT_VERSION, **fields}
    made = children.add_child(town.app, account, children.Child(name=name, **child))
    return str(made["person_ref"])


def ask(town: Town, account: str, phone: str = OTHER) -> str:
    town.clock.advance(timedelta(minutes=2))
    return adults.ask_in(town.app, account, phone, caller=PUBLIC)


def joined(town: Town, account: str, phone: str = OTHER, name: str = "测试0002") -> str:
    secret = ask(town, account, phone)
    code = code_of(town, phone)
    return str(adults.join(town.app, account, adults.Joining(
        secret=secret, code=code, name=name))["person_ref"])


def kept(town: Town, ref: str) -> dict[str, Any]:
    found = town.database["people"].find_one({"_id": ref})
    assert found is not None
    return found


def kinds(town: Town, account: str) -> list[tuple[str, str]]:
    return [(each.who.name, each.kind) for each in family_of(town.app, account).members]


@pytest.fixture
def account(town: Town) -> str:
    return account_of(town)


def test_c_25_a_child_is_in_the_family_with_the_guardians_consent_kept(
        town: Town, account: str) -> None:
    ref = add(town, account)
    [kept] = town.database["family_ties"].find()
    assert (kept["purpose"], kept["state"], kept["text_version"], kept["method"]) == (
        "family_child", "standing", TEXT_VERSION, "account")
    assert kept["decided_at"] and kept["member_ref"] == ref
    assert kinds(town, account) == [("测试0001", "own"), ("测试小孩", "child")]
    assert ref in town.told("account_changed")[-1].data["person_refs"]


def test_a_child_added_twice_is_one_child(town: Town, account: str) -> None:
    assert add(town, account) == add(town, account)
    assert town.database["family_ties"].count_documents({}) == 1


@pytest.mark.parametrize(("fields", "refusal"), [
    ({"birth_date": date(2001, 1, 1)}, NotAMinor), ({"text_version": "2020-01"}, OldText),
    ({"guardian_ref": "nobody"}, UnknownReference), ({"name": "测试0001"}, ContactTaken),
])
def test_what_is_no_child_of_the_accounts_is_not_added(
        town: Town, account: str, fields: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        add(town, account, **fields)
    assert town.database["family_ties"].count_documents({}) == 0
    assert town.database["people"].count_documents({"is_dated": True}) == 0


def test_without_a_name_of_ones_own_nobody_can_be_added(town: Town) -> None:
    account = account_of(town, name=None)
    with pytest.raises(NameNeeded):
        add(town, account)
    with pytest.raises(NameNeeded):
        ask(town, account)


def test_a_second_adult_does_not_come_in_by_a_name_alone(town: Town, account: str) -> None:
    with pytest.raises(NameKnown):
        people.introduce(town.app, account, "测试0003")
    people.introduce(town.app, account, "测试0001")
    assert town.database["people"].count_documents({}) == 1


def test_an_adult_joins_with_the_code_from_their_own_telephone_and_can_be_signed_up(
        town: Town, account: str) -> None:
    ref = joined(town, account)
    assert kinds(town, account) == [("测试0001", "own"), ("测试0002", "adult")]
    [kept] = town.database["family_ties"].find()
    assert (kept["purpose"], kept["method"]) == ("family_adult", "code")
    [told] = [each.data for each in town.told("sign_in_code_made") if each.data["phone"] == OTHER]
    assert told["doing"] == "join_family"
    assert ref not in stands_for(town.app, account)


def test_a_wrong_code_or_one_for_something_else_lets_nobody_in(town: Town, account: str) -> None:
    secret = ask(town, account)
    code = code_of(town, OTHER)
    with pytest.raises(WrongCode):
        adults.join(town.app, account, adults.Joining(secret=secret, code=wrong(code), name="甲"))
    with pytest.raises(CodeOver):
        sign_in(town.app, secret, code, device="")
    other = account_of(town, "13900000003", "测试0003")
    with pytest.raises(CodeOver):
        adults.join(town.app, other, adults.Joining(secret=secret, code=code, name="甲"))
    assert kinds(town, account) == [("测试0001", "own")]
    assert town.database["family_ties"].count_documents({}) == 0


def test_a_known_and_an_unknown_number_are_asked_the_same(town: Town, account: str) -> None:
    town.sign_up(town.session(), 2)
    before = set(town.database["people"].distinct("_id"))
    for phone in (OTHER, "13900000009"):
        assert len(ask(town, account, phone)) == 32
    assert set(town.database["people"].distinct("_id")) == before
    with pytest.raises(SamePhone):
        ask(town, account, PHONE)


def test_c_40_codes_to_the_telephones_of_others_are_counted_by_account_as_well(
        town: Town, account: str) -> None:
    for number in range(5):
        ask(town, account, f"1390000100{number}")
    with pytest.raises(TooManyCodes):
        ask(town, account, "13900001009")
    town.clock.advance(timedelta(hours=1))
    ask(town, account, "13900001009")


def test_a_child_with_a_telephone_of_its_own_does_not_join_as_an_adult(
        town: Town, account: str) -> None:
    minor = Newcomer(name="测试少年", phone=OTHER, birth_date=date(2005, 9, 1))
    sign_up(town.app, town.session(), [minor], caller=PUBLIC)
    secret = ask(town, account)
    joining = adults.Joining(secret=secret, code=code_of(town, OTHER), name="测试少年")
    with pytest.raises(NotOfAge):
        adults.join(town.app, account, joining)


def test_an_adult_leaves_from_either_side(town: Town, account: str) -> None:
    other = account_of(town, OTHER, "测试0002")
    for who, whom in ((account, other), (other, account)):
        joined(town, account)
        [mine] = [each.who.person_ref for each in family_of(town.app, who).members
                  if each.kind == "adult"]
        leaving.leave(town.app, who, mine)
        assert [kind for _, kind in kinds(town, who)] == ["own"] == [
            kind for _, kind in kinds(town, whom)]
    assert sorted(town.database["family_ties"].distinct("ended_by")) == ["holder", "member"]


def test_of_an_adult_neither_side_sees_registrations_or_may_touch_the_record(
        town: Town, account: str) -> None:
    ref = joined(town, account)
    other = account_of(town, OTHER, "测试0002")
    assert ref in stands_for(town.app, other) and ref not in stands_for(town.app, account)
    with pytest.raises(UnknownReference):
        children.name_guardian(town.app, account, ref, ref)
    with pytest.raises(UnknownReference):
        leaving.leave(town.app, account, "nobody")


def test_the_last_guardian_is_told_before_a_child_is_left_without_one(
        town: Town, account: str) -> None:
    ref = add(town, account)
    with pytest.raises(LastGuardian):
        leaving.leave(town.app, account, ref)
    assert ref in stands_for(town.app, account) and guarding.without_guardian(town.app) == []
    leaving.leave(town.app, account, ref, sure=True)
    assert ref not in stands_for(town.app, account)
    [found] = guarding.without_guardian(town.app)
    assert found.person_ref == ref
    assert kept(town, ref)["contact"] is not None


def test_a_child_with_an_account_of_its_own_does_not_let_itself_go(town: Town) -> None:
    minor = Newcomer(name="测试少年", phone=OTHER, birth_date=date(2005, 9, 1))
    sign_up(town.app, town.session(), [minor], caller=PUBLIC)
    account = account_of(town, OTHER, None)
    [ref] = stands_for(town.app, account)
    with pytest.raises(NameNeeded):
        leaving.leave(town.app, account, ref, sure=True)
    assert stands_for(town.app, account) == (ref,)


def test_a_child_who_came_with_a_sign_up_is_let_go_as_well(town: Town, account: str) -> None:
    child = Newcomer(name="测试小孩", phone=PHONE, birth_date=date(2006, 3, 1))
    sign_up(town.app, town.session(), [child], caller=PUBLIC)
    [_, ref] = stands_for(town.app, account)
    leaving.leave(town.app, account, ref, sure=True)
    assert ref not in stands_for(town.app, account)
    assert [each.person_ref for each in guarding.without_guardian(town.app)] == [ref]


def test_c_25_with_the_last_guardian_their_consents_go_and_the_place_goes_to_the_next(
        town: Town, account: str) -> None:
    ref = add(town, account)
    session = town.session(capacity=1)
    made = sign_up(town.app, session, [Known(person_ref=ref)], caller=PUBLIC)
    consenting.answer(town.app, town.codes()[0], "given")
    next_one = town.sign_up(session, 7)
    leaving.leave(town.app, account, ref, sure=True)
    assert (town.status(made), town.status(next_one)) == ("lapsed", "confirmed")
    assert kept(town, ref)["contact"] is not None


def shared(town: Town, account: str) -> tuple[str, str, str]:
    """A child, the second guardian's account, and the second guardian."""
    ref, second = add(town, account), joined(town, account)
    other = account_of(town, OTHER, "测试0002")
    children.name_guardian(town.app, account, ref, second)
    children.answer_for_child(town.app, other, ref, "given", TEXT_VERSION)
    return ref, other, second


def test_a_second_guardian_agrees_on_their_own_account_and_then_either_may_go(
        town: Town, account: str) -> None:
    ref, other, second = shared(town, account)
    assert ref in stands_for(town.app, other) and ref in stands_for(town.app, account)
    assert leaving.leave(town.app, account, ref)["guardians"] == 1
    assert ref not in stands_for(town.app, account) and ref in stands_for(town.app, other)
    assert kept(town, ref)["guardian_ref"] == second
    with pytest.raises(LastGuardian):
        leaving.leave(town.app, other, ref)


def test_who_refuses_to_be_a_guardian_or_does_not_answer_in_time_is_none(
        town: Town, account: str) -> None:
    ref, second = add(town, account), joined(town, account)
    other = account_of(town, OTHER, "测试0002")
    children.name_guardian(town.app, account, ref, second)
    [asked] = family_of(town.app, other).asked
    assert asked.who.name == "测试小孩"
    children.answer_for_child(town.app, other, ref, "refused", TEXT_VERSION)
    children.name_guardian(town.app, account, ref, second)
    town.clock.advance(timedelta(days=7))
    with pytest.raises(UnknownReference):
        children.answer_for_child(town.app, other, ref, "given", TEXT_VERSION)
    assert ref not in stands_for(town.app, other) and family_of(town.app, other).asked == []


def test_a_child_let_go_comes_back_with_its_guardians_consent(town: Town, account: str) -> None:
    ref = add(town, account)
    leaving.leave(town.app, account, ref, sure=True)
    assert add(town, account) == ref and ref in stands_for(town.app, account)
    assert guarding.without_guardian(town.app) == []


def test_an_erased_guardian_leaves_a_child_that_caseworkers_find_and_give_another(
        town: Town, account: str) -> None:
    ref, other, second = shared(town, account)
    leaving.leave(town.app, account, ref)
    own_data.erase_person(town.app, second)
    assert ref not in stands_for(town.app, other)
    assert [each.person_ref for each in guarding.without_guardian(town.app)] == [ref]
    third = account_of(town, "13900000003", "测试0003")
    [guardian] = stands_for(town.app, third)
    guarding.give_guardian(town.app, ref, guardian, TEXT_VERSION)
    assert ref in stands_for(town.app, third) and guarding.without_guardian(town.app) == []


def test_c_29_an_erased_child_and_an_erased_adult_are_in_nobodys_family(
        town: Town, account: str) -> None:
    ref, second = add(town, account), joined(town, account)
    for each in (ref, second):
        own_data.erase_person(town.app, each)
    assert kinds(town, account) == [("测试0001", "own")]
    assert guarding.without_guardian(town.app) == []
    assert set(town.database["family_ties"].distinct("ended_by")) == {"erased"}


def test_c_29_what_was_agreed_to_is_in_the_export_without_the_other(
        town: Town, account: str) -> None:
    ref = add(town, account)
    [mine] = [each for each in stands_for(town.app, account) if each != ref]
    leaving.leave(town.app, account, ref, sure=True)
    for who, role in ((mine, "guardian"), (ref, "child")):
        shown = PersonalAnswer().dump(own_data.export_person(town.app, who))
        [tie] = shown["family"]
        assert (tie["role"], tie["purpose"], tie["state"]) == (role, "family_child", "over")
        assert tie["text_version"] == TEXT_VERSION and tie["over_at"]
        assert (ref if who == mine else mine) not in str(shown["family"])


def test_a_family_has_an_end(town: Town, account: str) -> None:
    for number in range(MOST_TIES):
        add(town, account, f"测试小孩{number}")
    with pytest.raises(FamilyFull):
        add(town, account, "又一个小孩")
    with pytest.raises(FamilyFull):
        ask(town, account)


def test_the_telephone_moves_and_the_family_with_it(town: Town, account: str) -> None:
    ref, _ = add(town, account), joined(town, account)
    [own] = [each for each in stands_for(town.app, account) if each != ref]
    own_data.correct_contact(town.app, own, phone="13900000008")
    moved = account_of(town, "13900000008", None)
    assert kinds(town, moved) == [("测试0001", "own"), ("测试小孩", "child"),
                                  ("测试0002", "adult")]


def test_every_change_of_a_family_is_a_row_with_references_and_no_name(
        town: Town, account: str) -> None:
    with acting(Act(kind="changed", by="", what="family", place="POST /me/family/child")):
        ref = add(town, account)
        leaving.leave(town.app, account, ref, sure=True)
    added, left = [row["after"] for row in Book(town.database).since(0, limit=100)]
    assert (added["person_ref"], added["consent"], added["text_version"]) == (
        ref, "given", TEXT_VERSION)
    assert (left["person_ref"], left["left"], left["guardians"]) == (ref, account, 0)
    assert "测试" not in str((added, left))
