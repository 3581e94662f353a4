"""What is rendered is what arrives, in as many segments as we count: N-21, N-22.

Against a real gateway, and against gammu (Debian's gammu-smsd), which cuts as we do (N-29).
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from services.notifications.domain.outcome import Accepted
from services.notifications.domain.text import LONGEST, cut, segments, segments_by_units, units
from services.notifications.providers.base import Outgoing
from services.notifications.providers.kannel import Kannel, KannelAccess
from services.notifications.providers.smpp import Smpp
from services.notifications.providers.smpp_link import SmppAccess
from services.notifications.templates import Texts
from tests.fakes.smsc import PASSWORD as CENTRE_PASSWORD
from tests.fakes.smsc import SYSTEM_ID, running_centre
from tests.gateway import PASSWORD, SENDER, USERNAME, Gateway
from tests.waiting import eventually

NUMBERS = count(13900005000)
SOON = 60.0  # seconds; the machine may be busy
INJECT = "gammu-smsd-inject"
TEXTS = Texts("向心")
EXTENSION_B = st.characters(min_codepoint=0x20000, max_codepoint=0x2A6DF)
EMOJI = st.characters(min_codepoint=0x1F300, max_codepoint=0x1FAFF)
SAID = st.text(min_size=1, max_size=LONGEST, alphabet=st.one_of(
    st.characters(exclude_categories=("Cc", "Cs")), EXTENSION_B, EMOJI, st.sampled_from("字，。a1 ")
)).map(lambda text: fitting(text))
NO_SHRINKING = (Phase.explicit, Phase.generate)  # each example is a message through processes


def fitting(text: str) -> str:
    """As much of it as fits with the signature."""
    while units(text) > LONGEST - 4:
        text = text[:-1]
    return text


@pytest.fixture(scope="module")
def kannel(gateway: Gateway) -> Kannel:
    return Kannel(KannelAccess(
        url=gateway.send_url, username=USERNAME, password=PASSWORD, sender=SENDER,
        receipts_url="http://127.0.0.1:9/", receipts_secret="x",
    ))


def arrive_as_they_are(gateway: Gateway, kannel: Kannel, said: list[str]) -> None:
    """Every text, rendered and sent, is at the operator as it was, in the segments we count."""
    texts = {str(next(NUMBERS)): TEXTS.signed(each) for each in said}

    def send(to: str) -> None:
        outgoing = Outgoing(attempt_id=to, number=to, text=texts[to])
        assert kannel.send(outgoing) == Accepted()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, texts))
    eventually(lambda: {one.number for one in gateway.arrived()} >= set(texts), within=SOON)
    arrived = {one.number: one for one in gateway.arrived() if one.number in texts}
    for to, text in texts.items():
        assert (arrived[to].text, arrived[to].segments) == (text, segments_by_units(text))


@settings(max_examples=4, deadline=None, database=None, phases=NO_SHRINKING,
          suppress_health_check=list(HealthCheck))
@given(said=st.lists(SAID, min_size=10, max_size=10))
def test_n_21_whatever_is_said_arrives_as_it_was_rendered(
    gateway: Gateway, kannel: Kannel, said: list[str]
) -> None:
    arrive_as_they_are(gateway, kannel, said)


@pytest.mark.chaos
@settings(max_examples=25, deadline=None, database=None, phases=NO_SHRINKING,
          suppress_health_check=list(HealthCheck))
@given(said=st.lists(SAID, min_size=40, max_size=40))
def test_n_21_a_thousand_texts_arrive_as_they_were_rendered(
    gateway: Gateway, kannel: Kannel, said: list[str]
) -> None:
    arrive_as_they_are(gateway, kannel, said)


@pytest.mark.chaos
@pytest.mark.skipif(shutil.which(INJECT) is None, reason="Debian's gammu-smsd is not installed")
def test_n_22_gammu_cuts_a_thousand_texts_where_we_cut_them(tmp_path: Path) -> None:
    draw = random.Random(22)
    texts = ["【向心】" + "".join(draw.choices("字a 😀𠀀，é", k=draw.randint(1, 400)))
             for _ in range(1000)]
    texts = [text for text in texts if units(text) <= LONGEST]
    assert len(texts) > 700 and any(segments(text) > segments_by_units(text) for text in texts)
    with ThreadPoolExecutor(2) as pool:
        cuts = list(pool.map(lambda each: cut_by_gammu(tmp_path / str(each[0]), each[1]),
                             enumerate(texts)))
    assert cuts == [cut(text) for text in texts]


@pytest.mark.skipif(shutil.which(INJECT) is None, reason="Debian's gammu-smsd is not installed")
@pytest.mark.parametrize("text", [
    "【向心】短", "【向心】" + "长" * 66, "【向心】" + "长" * 67, "【向心】" + "字😀𠀀é，" * 40,
])
def test_n_29_smpp_submits_the_octets_that_gammu_writes_down(text: str, tmp_path: Path) -> None:
    """Header and text of every part, but for the reference, which each sender draws."""
    with running_centre() as centre:
        smpp = Smpp(SmppAccess(host="127.0.0.1", port=centre.port, system_id=SYSTEM_ID,
                               password=CENTRE_PASSWORD, sender="10690"))
        outcome = smpp.send(Outgoing(attempt_id="a1", number="13900000009", text=text))
        smpp.close()
        submitted = [(part.header and part.header[1:], part.text) for part in centre.parts]
    assert isinstance(outcome, Accepted)
    assert submitted == [
        ((header[4], header[5]) if header else None, said)
        for header, said in queued_by_gammu(tmp_path / "gammu", text)
    ]


def cut_by_gammu(folder: Path, text: str) -> list[str]:
    """The segments that gammu would send."""
    return [said.decode("utf-16-be") for _, said in queued_by_gammu(folder, text)]


def queued_by_gammu(folder: Path, text: str) -> list[tuple[bytes, bytes]]:
    """User data header, empty where there is none, and text of each part in gammu's own queue."""
    folder.mkdir()
    paths = "".join(f"{name}path = {folder}/\n" for name in ("inbox", "outbox", "sentsms",
                                                              "errorsms"))
    (folder / "rc").write_text(
        f"[gammu]\ndevice = /dev/null\nconnection = at\n[smsd]\nservice = files\n{paths}", "utf-8")
    subprocess.run(
        [INJECT, "-c", str(folder / "rc"), "TEXT", "13900000009", "-unicode",
         "-len", str(len(text) + 10), "-text", text],
        check=True, capture_output=True, timeout=60, env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    [queued] = folder.glob("OUT*")
    parts = queued.read_text("latin-1").split("[SMSBackup")[1:]
    return [(_octets("UDH", part), _octets(r"Text\d+", part)) for part in parts]


def _octets(name: str, part: str) -> bytes:
    return bytes.fromhex("".join(re.findall(rf"^{name} = (\w+)", part, re.MULTILINE)))
