"""Accounts of staff: invited once, proven twice, changed by others, delicate things by two."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.events.domain import broken
from services.events.domain.staff_account import Grant
from services.events.usecases.accounts import inviting, leaving, managing, signing_in
from services.events.usecases.accounts.one_time import code_at, digest_of
from services.events.usecases.accounts.passwords import mark_of
from tests.unit.events.builders import Town
from tests.unit.events.staff_accounts import (
    HERE,
    PASSWORD,
    acting,
    add,
    member,
    rights,
    set_up,
    signed_in,
)

LI, WANG = acting("li"), acting("wang")


def test_a_member_sets_up_signs_in_and_is_known_by_the_roles_of_now(town: Town) -> None:
    add(town, "reception", "desk", programmes=("road-angels",))
    secret, codes = set_up(town, "reception")
    token = signed_in(town, "reception", secret)
    found = rights(town, token)
    assert found is not None and found.actor == "reception" and found.roles == {"desk"}
    assert found.scope.covers(programme="road-angels") and not found.scope.covers(programme="x")
    assert len(set(codes)) == 8
    managing.change(town.app, "reception", Grant(roles=("viewer",)), by=managing.COMMAND)
    later = rights(town, token)
    assert later is not None and later.roles == {"viewer"}
    assert [each.data["roles"] for each in town.told("account_changed")][-1] == ["viewer"]


def test_nothing_is_kept_that_opens_anything(town: Town) -> None:
    add(town, "reception", "desk")
    code = managing.invite(town.app, "reception", by=managing.COMMAND)
    secret, codes = set_up(town, "reception")
    kept = repr(list(town.database["staff_accounts"].find()))
    for each in (PASSWORD, code, digest_of(code).upper(), secret, *codes):
        assert each not in kept
    assert "$argon2id$" in kept


def test_an_invitation_counts_once_for_three_days_and_only_the_latest(town: Town) -> None:
    add(town, "reception", "desk")
    first = managing.invite(town.app, "reception", by=managing.COMMAND)
    second = managing.invite(town.app, "reception", by=managing.COMMAND)
    with pytest.raises(broken.InvitationOver):
        inviting.open_invitation(town.app, first, address=HERE)
    assert inviting.open_invitation(town.app, second.lower().replace("-", " "), address=HERE)
    town.clock.advance(timedelta(days=3))
    with pytest.raises(broken.InvitationOver):
        inviting.open_invitation(town.app, second, address=HERE)


@pytest.mark.parametrize(("password", "reason"), [
    ("short-one", "至少 12"), ("x" * 201, "最多 200"), ("my reception desk", "账号名"),
    ("Password1234", "太常见"), ("121212121212121", "太常见"),
])
def test_a_password_that_will_not_do_is_told_why(town: Town, password: str, reason: str) -> None:
    add(town, "reception", "desk")
    with pytest.raises(broken.WeakPassword, match=reason):
        set_up(town, "reception", password)
    assert town.app.store.staff.named("reception").password is None


def test_whatever_is_wrong_the_answer_is_the_same(town: Town) -> None:
    for name in ("reception", "closed", "fresh"):
        add(town, name, "desk")
    secret, _ = set_up(town, "reception")
    set_up(town, "closed")
    managing.shut(town.app, "closed", by=managing.COMMAND)
    said = set()
    for name, password in (("reception", "not this one"), ("nobody", PASSWORD),
                           ("closed", PASSWORD), ("fresh", PASSWORD), ("", "")):
        with pytest.raises(broken.NotSignedIn) as refused:
            signing_in.check_password(town.app, name, password, address=HERE)
        said.add(str(refused.value))
    assert len(said) == 1 and signed_in(town, "reception", secret)


def test_a_code_counts_once_and_so_do_all_before_it(town: Town) -> None:
    add(town, "reception", "desk")
    secret, _ = set_up(town, "reception")
    account = town.app.store.staff.named("reception")
    mark, now = mark_of(account.password), town.clock()
    earlier = code_at(secret, now - timedelta(seconds=30))

    def enter(code: str) -> None:
        signing_in.finish(town.app, account.account_id, mark, code, device="", address=HERE)

    enter(code_at(secret, now))
    for code in (code_at(secret, now), earlier, "000000", "１２３４５６", "", "x" * 300):
        with pytest.raises(broken.NotSignedIn):
            enter(code)


def test_a_recovery_code_counts_once(town: Town) -> None:
    add(town, "reception", "desk")
    _, codes = set_up(town, "reception")
    account = town.app.store.staff.named("reception")
    mark = mark_of(account.password)
    signing_in.finish(town.app, account.account_id, mark, codes[0].lower(), device="",
                      address=HERE)
    with pytest.raises(broken.NotSignedIn):
        signing_in.finish(town.app, account.account_id, mark, codes[0], device="", address=HERE)
    assert len(town.app.store.staff.named("reception").recovery) == 7


def test_a_password_that_changed_between_the_steps_ends_the_first(town: Town) -> None:
    add(town, "reception", "desk")
    secret, _ = set_up(town, "reception")
    account = signing_in.check_password(town.app, "reception", PASSWORD, address=HERE)
    mark = mark_of(account.password)
    secret, _ = set_up(town, "reception", "another-Walrus 99")
    with pytest.raises(broken.NotSignedIn):
        signing_in.finish(town.app, account.account_id, mark, code_at(secret, town.clock()),
                          device="", address=HERE)


def test_too_many_wrong_tries_wait_known_or_unknown_from_wherever(town: Town) -> None:
    add(town, "reception", "desk")
    secret, _ = set_up(town, "reception")
    for name in ("reception", "nobody"):
        for number in range(signing_in.WRONG_BY_ACCOUNT["most"]):
            with pytest.raises(broken.NotSignedIn):
                signing_in.check_password(town.app, name, "no", address=f"203.0.113.{number}")
        with pytest.raises(broken.TooManyWrong):
            signing_in.check_password(town.app, name, PASSWORD, address="203.0.113.200")
    town.clock.advance(timedelta(minutes=11))
    assert signed_in(town, "reception", secret)


def test_a_hash_by_older_parameters_is_renewed_at_sign_in(town: Town) -> None:
    from argon2 import PasswordHasher

    add(town, "reception", "desk")
    secret, _ = set_up(town, "reception")
    old = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    town.database["staff_accounts"].update_one({"name": "reception"}, {"$set": {"password": old}})
    assert signed_in(town, "reception", secret)
    kept = str(town.app.store.staff.named("reception").password)
    assert kept != old and "m=19456,t=2,p=1" in kept


def test_another_password_signs_out_everywhere_else(town: Town) -> None:
    other = member(town, "reception", "desk")
    account_id = town.app.store.staff.named("reception").account_id
    with pytest.raises(broken.NotSignedIn):
        leaving.change_password(town.app, account_id, old="no", new="a-Walrus again",
                                device="", address=HERE)
    _, token = leaving.change_password(town.app, account_id, old=PASSWORD, new="a-Walrus again",
                                       device="", address=HERE)
    town.clock.advance(timedelta(seconds=1))
    assert rights(town, other) is None and rights(town, token) is not None


def test_delicate_roles_wait_for_a_second_operator_the_others_do_not(town: Town) -> None:
    add(town, "reception", "viewer")
    wanted = Grant(roles=("desk", "names"))
    assert managing.change(town.app, "reception", wanted, by=LI) is False
    assert town.app.store.staff.named("reception").grant.roles == ("desk",)
    [request] = town.app.store.staff.waiting()
    with pytest.raises(broken.SelfMade):
        managing.decide(town.app, request.request_id, approve=True, by=LI)
    with pytest.raises(broken.SelfMade):
        managing.decide(town.app, request.request_id, approve=True, by=acting("reception"))
    managing.decide(town.app, request.request_id, approve=True, by=WANG)
    assert town.app.store.staff.named("reception").grant == wanted
    with pytest.raises(broken.UnknownRequest):
        managing.decide(town.app, request.request_id, approve=True, by=WANG)
    assert managing.change(town.app, "reception", Grant(roles=("viewer",)), by=LI) is True


def test_one_person_with_two_accounts_is_no_second_operator(town: Town) -> None:
    for name in ("li", "li-too"):
        managing.add(town.app, name, Grant(roles=("viewer",)), by=managing.COMMAND,
                     person_ref="p-li")
    managing.add(town.app, "new", Grant(roles=("operator",)), by=acting("li", "p-li"))
    [request] = town.app.store.staff.waiting()
    with pytest.raises(broken.SelfMade):
        managing.decide(town.app, request.request_id, approve=True, by=acting("li-too", "p-li"))


def test_more_room_for_a_delicate_role_waits_and_a_new_account_gets_its_limits(town: Town) -> None:
    made = managing.add(town.app, "case", Grant(roles=("desk", "caseworker"), streets=("大鹏",)),
                        by=LI)
    assert (made.grant.roles, made.grant.streets) == (("desk",), ("大鹏",))
    managing.change(town.app, "case", Grant(roles=("caseworker",), streets=("大鹏",)),
                    by=managing.COMMAND)
    assert managing.change(town.app, "case", Grant(roles=("caseworker",)), by=LI) is False
    assert town.app.store.staff.named("case").grant.streets == ("大鹏",)
    assert managing.change(town.app, "case", Grant(roles=()), by=LI) is True
    assert town.app.store.staff.waiting() == []


def test_nobody_changes_their_own_account(town: Town) -> None:
    add(town, "li", "operator")
    for work in (managing.shut, managing.invite, managing.reset, managing.reopen):
        with pytest.raises(broken.OwnAccount):
            work(town.app, "li", by=LI)
    with pytest.raises(broken.OwnAccount):
        managing.change(town.app, "li", Grant(roles=("department",)), by=LI)


def test_one_operator_alone_does_not_get_into_a_delicate_account(town: Town) -> None:
    add(town, "case", "caseworker")
    set_up(town, "case")
    for work in (managing.invite, managing.reset):
        with pytest.raises(broken.TwoNeeded):
            work(town.app, "case", by=LI)
    managing.shut(town.app, "case", by=LI)
    with pytest.raises(broken.TwoNeeded):
        managing.reopen(town.app, "case", by=LI)


def test_whoever_is_shut_out_signed_out_or_reset_is_out_at_once(town: Town) -> None:
    for work in (managing.shut, managing.sign_out, managing.reset):
        name = f"m{work.__name__}"
        token = member(town, name, "desk")
        assert rights(town, token) is not None
        work(town.app, name, by=LI)
        town.clock.advance(timedelta(seconds=1))
        assert rights(town, token) is None
    with pytest.raises(broken.AccountShut):
        managing.invite(town.app, "mshut", by=LI)


@pytest.mark.parametrize("name", ["", "Li", "1li", "staff", "caseworker", "a" * 33, "a b", "李"])
def test_names_are_plain_and_not_those_of_shared_tokens(town: Town, name: str) -> None:
    with pytest.raises(broken.BadAccountName):
        add(town, name, "desk")


def test_a_name_is_one_accounts_for_ever(town: Town) -> None:
    add(town, "reception", "desk")
    managing.shut(town.app, "reception", by=LI)
    with pytest.raises(broken.NameTaken):
        add(town, "reception", "viewer")
