"""A canary: an invented name passes through the desk and is found nowhere in clear."""

from __future__ import annotations

import json
import logging
from datetime import timedelta

import pytest

from kernel.outbox import all_rows
from kernel.web import Call
from services.events.service import Http
from services.events.service.errors import code_of
from services.events.usecases import no_shows
from services.events.usecases.attending import close_session
from services.events.usecases.finding import find_attendees
from services.events.usecases.offline_list import offline_list
from services.events.usecases.scanning import Scan, scan, upload
from services.events.usecases.signing_up import sign_up
from services.events.usecases.tickets import ticket_of
from services.events.web.tickets import TicketPages
from tests.acting import CLEAR
from tests.unit.events.builders import PUBLIC, Town, newcomer

CANARY, NUMBER = "金丝雀测试", "13900009999"


def test_the_name_is_in_no_ticket_code_fact_log_line_list_or_document(
    caplog: pytest.LogCaptureFixture,
) -> None:
    town = Town.in_memory()
    pages = TicketPages()
    pages.app, pages.pages = town.app, Http.pages
    caplog.set_level(logging.DEBUG)
    session_id = town.session()
    made = sign_up(town.app, session_id, [newcomer(9999, CANARY)], caller=PUBLIC)
    number = made["registration_id"]
    seen = [ticket_of(town.app, number)]
    seen += [page(Call({}), number).get_data(as_text=True)
             for page in (pages.ticket_picture, pages.ticket_page)]
    seen.append(json.dumps(offline_list(town.app, session_id, sight=CLEAR),
                           ensure_ascii=False))
    assert find_attendees(town.app, session_id, CANARY, sight=CLEAR)
    town.clock.advance(timedelta(days=7))
    order = Scan(session_id=session_id, registration_id=number, direction="in", nonce="n1",
                 at=town.clock(), forced=f"{CANARY}忘带证件")
    seen.append(str(scan(town.app, order)))
    seen.append(str(upload(town.app, session_id, [
        Scan(session_id=session_id, registration_id=number, direction="in", nonce="n2",
             at=town.clock()),
    ], code_of=code_of)))
    close_session(town.app, session_id, {})
    assert no_shows.no_shows_of(town.app, made["party"][0], confidential=True) == (None, [])
    seen += [str(row) for row in all_rows(town.database)]
    names = town.database.list_collection_names()
    seen += [str(list(town.database[name].find())) for name in names]
    seen.append(caplog.text)
    assert not [text for text in seen if CANARY in text or NUMBER in text]
