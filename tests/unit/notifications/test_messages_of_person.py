"""The door with everything that was sent to one person, as they take it along (C-29)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from kernel.web import CASEWORKER, Call
from services.notifications.service.messages import MessageDoors
from services.notifications.usecases.application import App
from services.notifications.usecases.sending import send_due
from services.notifications.usecases.writing import keep_contacts, write_messages
from tests.unit.notifications.builders import Told, confirmed, contact, memory_app, session, told
from tests.unit.notifications.desk import CARE


class Doors(MessageDoors):
    def __init__(self, app: App) -> None:
        self.app = app

    def ask(self, name: str, *path: str) -> Any:
        """What the door answers a caseworker, by its own schema."""
        method = getattr(self, name)
        [door] = method.nameko_entrypoints
        assert door.allow is CASEWORKER and door.audit == "read"
        answer = method(Call({"PATH_INFO": "/"}, rights=CARE), *path)
        return door.answer.dump(answer) if door.answer else answer


def a_message() -> App:
    app = memory_app(Told())
    keep_contacts(app, [told(contact())])
    write_messages(app, [told(confirmed(where=session(timedelta(days=1))))])
    send_due(app)
    return app


def test_what_for_when_and_what_became_of_it_but_neither_number_nor_text() -> None:
    [found] = Doors(a_message()).ask("messages_of_person", "p1")
    assert (found["person_ref"], found["purpose"], found["status"]) == (
        "p1", "confirmed", "submitted")
    assert found["shown"] == "已提交" and found["tries"] == 1 and found["written_at"]
    assert "13900000001" not in str(found) and "text" not in found and "values" not in found


def test_of_somebody_else_there_is_nothing() -> None:
    assert Doors(a_message()).ask("messages_of_person", "p2") == []


def test_the_sheet_has_a_row_for_each() -> None:
    sheet = Doors(a_message()).ask("messages_of_person_sheet", "p1", "csv")
    lines = sheet.get_data(as_text=True).strip().splitlines()
    assert len(lines) == 2 and "13900000001" not in lines[1]
