"""SMPP within TLS: N-5, N-11, N-21; whom we trust, and what is said when there is no trust."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kernel.settings import SettingsFault, read
from services.notifications.domain.outcome import Accepted, NoAnswer, NotReached
from services.notifications.domain.report import Report
from services.notifications.providers.settings import ProviderSettings
from services.notifications.providers.smpp import Smpp
from services.notifications.providers.smpp_tls import trusting
from tests.fakes.smsc import Centre, receipt, running_centre
from tests.fakes.tls import ANOTHER, Authority, made, within_tls
from tests.unit.notifications.test_smpp import NUMBER, SHORT, nobody, send, smpp
from tests.waiting import eventually


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return made(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def centre() -> Iterator[Centre]:
    with running_centre() as opened:
        yield opened


@pytest.fixture
def provider(centre: Centre, authority: Authority) -> Iterator[Smpp]:
    with within_tls(centre.port, authority) as port:
        opened = smpp(centre, port=port, enquire=0.2, tls=trusting(authority.authorities))
        yield opened
        opened.close()


def test_n_21_within_tls_what_many_threads_send_arrives_as_it_was(
    centre: Centre, provider: Smpp
) -> None:
    texts = {f"139000{number:05}": f"{SHORT}{number}" + "长" * number for number in range(60)}
    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(lambda one: send(provider, one[1], to=one[0]), texts.items()))
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert {to: centre.texts(to) for to in texts} == {to: [text] for to, text in texts.items()}
    assert centre.binds == [0]


def test_n_11_within_tls_receipts_come_and_silence_is_tested(
    centre: Centre, provider: Smpp
) -> None:
    heard: list[Report] = []

    def keep(report: Report, apart: bool) -> bool:
        heard.append(report)
        return True

    provider.listen(keep, nobody)
    assert send(provider) == Accepted(provider_ref="m1")
    eventually(lambda: centre.enquiries >= 2)
    sequence = centre.deliver(receipt("m1"))
    eventually(lambda: centre.answered.get(sequence) == 0)
    assert [(one.attempt_id, one.state) for one in heard] == [("a1", "delivered")]
    assert centre.binds == [0]


def test_n_4_within_tls_a_connection_cut_after_the_submit_is_no_answer(
    centre: Centre, provider: Smpp
) -> None:
    centre.plan.append("drop")
    assert send(provider) == NoAnswer("LinkLost")
    assert isinstance(send(provider, attempt_id="a2"), Accepted)
    assert (centre.binds, len(centre.parts)) == ([0, 0], 2)


@pytest.mark.parametrize(("name", "trusted", "why"), [
    ("127.0.0.1", None, "unable to get local issuer certificate"),
    ("127.0.0.1", "another", "certificate signature failure"),
    ("smsc.example", "its own", "IP address mismatch"),
])
def test_n_5_who_is_not_trusted_is_told_nothing_and_it_is_said_why(
    centre: Centre, authority: Authority, tmp_path: Path, caplog: pytest.LogCaptureFixture,
    name: str, trusted: str | None, why: str,
) -> None:
    theirs = made(tmp_path, ANOTHER) if name == "smsc.example" else made(tmp_path)
    ours = {None: None, "another": authority.authorities, "its own": theirs.authorities}[trusted]
    caplog.set_level(logging.WARNING)
    with within_tls(centre.port, theirs) as port:
        assert send(smpp(centre, port=port, tls=trusting(ours))) == NotReached("NoTls")
    assert (centre.binds, centre.parts) == ([], [])
    assert why in caplog.text and "SMPP_CA_FILE" in caplog.text and NUMBER not in caplog.text


def test_n_5_a_centre_without_tls_is_not_reached(
    centre: Centre, authority: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    tls = trusting(authority.authorities)
    assert isinstance(send(smpp(centre, within=0.5, tls=tls)), NotReached)
    assert centre.binds == [] and "no TLS with the message centre" in caplog.text


SENDS = {"AMQP_URI": "amqp://nobody@x", "MONGODB_URI": "mongodb://x", "VAULT_KEY": "A" * 128,
         "SMS_PROVIDER": "smpp", "SMPP_SYSTEM_ID": "district", "SMPP_PASSWORD": "secret1"}


@pytest.mark.parametrize(("told", "fault"), [
    ({"SMPP_TLS": "yes", "SMPP_CA_FILE": "/nowhere.pem"}, "SMPP_CA_FILE: /nowhere.pem cannot be"),
    ({"SMPP_TLS": "yes", "SMPP_CA_FILE": __file__}, "holds no certificate (PEM)"),
    ({"SMPP_CA_FILE": "/nowhere.pem"}, "SMPP_CA_FILE is of use with SMPP_TLS=yes only"),
    ({"SMPP_TLS": "maybe"}, "yes or no"),
])
def test_a_setting_that_cannot_be_is_named(told: dict[str, str], fault: str) -> None:
    with pytest.raises(SettingsFault) as raised:
        read(ProviderSettings, SENDS | told)
    assert fault in str(raised.value)


def test_by_setting_the_connection_is_within_tls_or_not(authority: Authority) -> None:
    trusts = {"SMPP_TLS": "yes", "SMPP_CA_FILE": str(authority.authorities)}
    assert read(ProviderSettings, SENDS | trusts).smpp().tls is not None
    assert read(ProviderSettings, SENDS | {"SMPP_TLS": "yes"}).smpp().tls is not None
    assert read(ProviderSettings, SENDS).smpp().tls is None
