"""Tickets: their mark, their QR code, their page."""

from __future__ import annotations

import re

import pytest
import segno
import zxingcpp

from kernel.vault import MemoryVault
from kernel.web import Call
from services.events.domain import broken
from services.events.domain.ticket import read_ticket, ticket_of
from services.events.service import Http
from services.events.usecases import tickets
from services.events.web.tickets import TicketPages
from tests.unit.events.builders import Town

OURS, OTHERS = MemoryVault(b"ours").digest, MemoryVault(b"others").digest


class Pages(TicketPages):
    """The doors without a server around them."""

    def __init__(self, town: Town) -> None:
        self.app, self.pages = town.app, Http.pages


def test_a_ticket_leads_back_to_its_registration() -> None:
    written = ticket_of("0b7e4a9c", digest=OURS)
    assert re.fullmatch(r"XX1\.0b7e4a9c\.[0-9a-f]{32}", written)
    assert read_ticket(written, digest=OURS) == "0b7e4a9c"


def test_a_scanner_may_add_white_space_and_change_the_case() -> None:
    written = ticket_of("0b7e4a9c", digest=OURS)
    assert read_ticket(f" {written.upper()}\r\n", digest=OURS) == "0b7e4a9c"


def test_a_bare_id_is_taken_as_scripts_send_it() -> None:
    assert read_ticket("Registration-1", digest=OURS) == "Registration-1"


@pytest.mark.parametrize("change", [
    lambda text: text[:-1], lambda text: text[:-1] + ("0" if text[-1] != "0" else "1"),
    lambda text: text.replace("0b7e4a9c", "0b7e4a9d"), lambda text: "XX1.0b7e4a9c",
    lambda text: "xx1.", lambda text: f"{text}.x",
    lambda text: ticket_of("0b7e4a9c", digest=OTHERS),
])
def test_a_ticket_that_is_not_ours_is_refused(change: object) -> None:
    assert callable(change)
    with pytest.raises(broken.BadTicket):
        read_ticket(change(ticket_of("0b7e4a9c", digest=OURS)), digest=OURS)


def decoded(svg: str) -> str:
    """What a reader that is not ours sees in the lines of the picture, drawn eight-fold."""
    size = int(re.findall(r'viewBox="0 0 (\d+) \d+"', svg)[0])
    rows = [bytearray(b"\xff" * size) for _ in range(size)]
    [path] = re.findall(r'stroke="#000" d="([^"]+)"', svg)
    x = y = 0.0
    for command, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?: ?(-?[\d.]+))?", path):
        if command == "h":
            rows[int(y)][int(x):int(x + float(first))] = bytes(int(first))
            x += float(first)
        elif command == "M":
            x, y = float(first), float(second)
        else:
            x, y = x + float(first), y + float(second)
    grown = b"".join(bytes(value for value in row for _ in range(8)) * 8 for row in rows)
    image = memoryview(grown).cast("B", (size * 8, size * 8))
    [found] = zxingcpp.read_barcodes(image)
    return str(found.text)


def test_the_qr_code_says_the_ticket_and_nothing_else() -> None:
    town = Town.in_memory()
    made = town.sign_up(town.session(), 1)
    svg = Pages(town).ticket_picture(Call({}), made["registration_id"])
    assert svg.mimetype == "image/svg+xml"
    ticket = tickets.ticket_of(town.app, made["registration_id"])
    assert decoded(svg.get_data(as_text=True)) == ticket
    assert segno.make_qr(ticket, error="m").version == 5


def test_the_page_holds_the_picture_and_where_to_go() -> None:
    town = Town.in_memory()
    made = town.sign_up(town.session(), 1, 2)
    text = Pages(town).ticket_page(Call({}), made["registration_id"]).get_data(as_text=True)
    assert "<svg" in text and "海边音乐会" in text and "<strong>2</strong> 人" in text
    assert "测试" not in text and "1390000" not in text and "<script" not in text


def test_a_confidential_ticket_says_neither_title_nor_place() -> None:
    town = Town.in_memory()
    made = town.sign_up(
        town.session(programme="growth-camp", title="成长营一期", place="某处"), 1)
    text = Pages(town).ticket_page(Call({}), made["registration_id"]).get_data(as_text=True)
    assert "成长营" not in text and "某处" not in text


def test_only_a_place_has_a_ticket() -> None:
    town = Town.in_memory()
    session_id = town.session(capacity=1)
    town.sign_up(session_id, 1)
    waits = town.sign_up(session_id, 2)
    with pytest.raises(broken.NotConfirmed):
        Pages(town).ticket_page(Call({}), waits["registration_id"])
