"""Settings: read once, all faults together, secrets never shown."""

from __future__ import annotations

import base64
import dataclasses
from dataclasses import dataclass
from pathlib import Path

import pytest

from kernel.parse import NUMBERS_BY_NAME, VAULT_KEY, number
from kernel.settings import Settings, SettingsFault, declared, read, setting

GOOD = {"AMQP_URI": "amqp://user:hidden@host/", "MONGODB_URI": "mongodb://user:hidden@host/"}
KEY = bytes(range(96))


@dataclass(frozen=True, kw_only=True)
class Own(Settings):
    """A service's settings."""

    places: int = setting("PLACES", default=3, parse=number(1, 9), meaning="how many")
    gateway: str | None = setting("GATEWAY", default=None, secret=True, meaning="where to")


@pytest.mark.parametrize(("text", "names"), [
    ("{a}", [""]), ("k2027:{b},{a}", ["k2027", ""]), ("k2:{b},k1:{a}", ["k2", "k1"]),
])
def test_a_vault_key_may_be_several_with_names(text: str, names: list[str]) -> None:
    a, b = (base64.b64encode(bytes([n]) * 96).decode() for n in (1, 2))
    assert list(VAULT_KEY(text.format(a=a, b=b))) == names


@pytest.mark.parametrize("text", ["{a},{a}", "k1:{a},k1:{a}", ":{a}", "K 1:{a}", "k1:{a},", "k1:",
                                  "k1:{a}x"])
def test_a_vault_key_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        VAULT_KEY(text.format(a=base64.b64encode(bytes(96)).decode()))


def test_defaults_stand_where_nothing_is_given() -> None:
    settings = read(Own, GOOD | {"BIND": ""})
    assert settings.bind == ("127.0.0.1", 8000) and settings.places == 3
    assert settings.database_prefix == "xiangxin_" and settings.role == "all"


def test_what_is_given_becomes_a_value() -> None:
    given = {"BIND": "0.0.0.0:8001", "RETRY_RUNGS": "100ms,5s,2m", "PLACES": "9", "ROLE": "facts"}
    settings = read(Own, GOOD | given)
    assert settings.bind == ("0.0.0.0", 8001) and settings.retry_rungs == (0.1, 5, 120)
    assert (settings.places, settings.role) == (9, "facts")


def test_all_faults_are_reported_together_with_what_is_allowed() -> None:
    wrong = {"MONGODB_URI": "http://x", "ROLE": "both", "PLACES": "10", "BIND": "here"}
    with pytest.raises(SettingsFault) as caught:
        read(Own, wrong | {"RETRY_RUNGS": "5 minutes", "VAULT_KEY": "short"})
    text = str(caught.value)
    assert len(caught.value.faults) == 7
    assert "AMQP_URI is missing" in text and "ROLE is not all | http | facts" in text
    assert "PLACES is not a whole number from 1 to 9" in text and "http://x" not in text


HOSTS = ("db", "10.0.0.1:27017", "[::1]:5672", "user:pa%2Fss@db-1.example.org:27017", "user@db")
MISREAD = [
    "user:canary", "user:can/ary@host/", "user:12/canary@host/", "user:can@ary@host/",
    "user:can:ary@host/", "user:can%ary@host/", "user:can#ary@host/", "user:c[anary@host/",
    "user:canary@host:x/", "user:can ary@host/", "user:canary@host:", "@canary/",
]


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("rest", ["", "/", "/xiangxin", "/?replicaSet=rs", "/?tlsCAFile=/a/b.pem"])
def test_addresses_of_databases_are_taken_as_they_are_written(host: str, rest: str) -> None:
    uri = f"mongodb://{host},other:1{rest}"
    assert read(Own, GOOD | {"MONGODB_URI": uri}).mongodb_uri == uri


@pytest.mark.parametrize("rest", MISREAD)
def test_a_password_that_would_be_misread_is_refused_and_not_quoted(rest: str) -> None:
    """The driver takes a part of it for the database and quotes that in its error."""
    with pytest.raises(SettingsFault) as caught:
        read(Own, GOOD | {"MONGODB_URI": f"mongodb://{rest}"})
    [fault] = caught.value.faults
    assert fault.startswith("MONGODB_URI is not mongodb://") and "ary" not in fault


@pytest.mark.parametrize("rest", MISREAD)
def test_no_fault_of_the_brokers_uri_quotes_its_password(rest: str) -> None:
    try:
        read(Own, GOOD | {"AMQP_URI": f"amqp://{rest}"})
    except SettingsFault as told:
        assert "AMQP_URI" in str(told) and "ary" not in str(told).replace("necessary", "")


def test_secrets_are_shown_as_stars_also_in_a_service() -> None:
    settings = read(Own, GOOD | {"STAFF_TOKEN": "hidden", "GATEWAY": "hidden"})
    assert "hidden" not in repr(settings) and "staff_token=***" in repr(settings)
    assert repr(settings).startswith("Own(") and "places=3" in repr(settings)


def test_a_secret_may_be_given_as_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(base64.b64encode(KEY).decode() + "\n")
    assert read(Own, GOOD | {"VAULT_KEY_FILE": str(file)}).vault_key == {"": KEY}
    with pytest.raises(SettingsFault, match="VAULT_KEY_FILE cannot be read"):
        read(Own, GOOD | {"VAULT_KEY_FILE": str(tmp_path / "missing")})


def test_overrides_win_and_settings_never_change() -> None:
    settings = read(Own, GOOD, places=5)
    assert settings.places == 5
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.places = 6  # type: ignore[misc]


def test_every_setting_is_declared_with_its_meaning() -> None:
    told = {one.variable: one for one in declared(Own)}
    assert told["AMQP_URI"].required and told["AMQP_URI"].secret
    assert told["PLACES"].default == 3 and "1 to 9" in told["PLACES"].allowed
    assert all(one.meaning and one.allowed for one in told.values())


GOOD_MEMBERS = "warden:0123456789abcdef:p-1:department, reception:fedcba9876543210"


def test_members_of_staff_are_read_with_person_and_roles() -> None:
    settings = read(Own, GOOD | {"STAFF_TOKENS": GOOD_MEMBERS})
    warden, reception = settings.staff_tokens
    assert (warden.name, warden.person_ref, *warden.roles) == ("warden", "p-1", "department")
    assert (reception.name, reception.person_ref, *reception.roles) == ("reception", None)
    assert "0123456789abcdef" not in repr(settings) + repr(warden)


@pytest.mark.parametrize(("given", "said"), [
    ("warden", "entry 1: the token is not"), ("warden:short", "entry 1: the token is not"),
    ("0123456789abcdef-secret", "entry 1: the name is not"),
    ("a:0123456789abcdef,", "entry 2: the name is not"),
    ("staff:0123456789abcdef", "the name staff belongs to a shared token"),
    ("a:0123456789abcdef:p 1", "entry 1: the person_ref is not"),
    ("a:0123456789abcdef::boss", "entry 1: a role is not viewer"),
    ("a:0123456789abcdef,a:fedcba9876543210", "entries 1 and 2 have the same name"),
    ("a:0123456789abcdef,b:0123456789abcdef", "entries 1 and 2 have the same token"),
])
def test_a_wrong_member_is_named_by_number_and_no_token_is_printed(given: str, said: str) -> None:
    with pytest.raises(SettingsFault) as caught:
        read(Own, GOOD | {"STAFF_TOKENS": given})
    [fault] = caught.value.faults
    assert fault.startswith("STAFF_TOKENS: ") and said in fault and "allowed: name:token" in fault
    assert "0123456789abcdef" not in fault and "secret" not in fault


def test_where_the_roles_of_a_member_hold_stands_among_them() -> None:
    given = "desk:0123456789abcdef::desk:programme=road-angels:street=大鹏:street=南澳"
    [desk] = read(Own, GOOD | {"STAFF_TOKENS": given}).staff_tokens
    assert desk.roles == {"desk"} and desk.scope.streets == {"大鹏", "南澳"}
    assert desk.scope.programmes == {"road-angels"}


@pytest.mark.parametrize(("given", "said"), [
    ("a:0123456789abcdef::street=大鹏", "entry 1: it has limits, but no role"),
    ("a:0123456789abcdef::desk:street=", "entry 1: a role is not"),
    ("a:0123456789abcdef::desk:wing=聚心", "entry 1: a role is not"),
])
def test_a_wrong_limit_is_named(given: str, said: str) -> None:
    with pytest.raises(SettingsFault, match=said):
        read(Own, GOOD | {"STAFF_TOKENS": given})


def test_numbers_by_name_are_read_as_a_whole_or_refused() -> None:
    assert NUMBERS_BY_NAME("a=100, b-c=150") == {"a": 100, "b-c": 150}
    for wrong in ("a", "a=", "a=1.5", "a=-1", "A=1", "a=1;b=2", "a=1,"):
        with pytest.raises(ValueError):
            NUMBERS_BY_NAME(wrong)


@pytest.mark.parametrize("uri", ["amqp://host/", "amqp://guest:guest@host/", "amqps://guest@host/"])
def test_the_brokers_own_guest_is_no_user_but_in_a_demo(uri: str) -> None:
    with pytest.raises(SettingsFault, match=r"AMQP_URI comes as .*guest.*AMQP_GUEST"):
        read(Settings, GOOD | {"AMQP_URI": uri})
    assert read(Settings, GOOD | {"AMQP_URI": uri, "AMQP_GUEST": "yes"}).amqp_guest


def test_what_an_amqp_uri_cannot_say_is_named_without_its_password() -> None:
    wrong = {"AMQP_URI": "amqp://user:hidden@host/?cacertfile=/x"}
    with pytest.raises(SettingsFault, match="cacertfile, which needs amqps://") as caught:
        read(Settings, GOOD | wrong)
    assert "hidden" not in str(caught.value)
