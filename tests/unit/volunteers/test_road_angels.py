"""马路天使 2021: 2,112 attendances from events only come to 190,080 minutes, whatever the order."""

from __future__ import annotations

import random
from datetime import date, timedelta

from contracts.event import Fact
from services.volunteers.usecases import credit_hours
from tests.unit.volunteers.builders import told, visit
from tests.unit.volunteers.plain import a_plain_app

MORNINGS, CREW = 176, 12


def test_2_112_attendances_of_ninety_minutes_are_190_080_minutes() -> None:
    first, facts = date(2021, 1, 4), list[Fact]()
    for number in range(MORNINGS):
        day = (first + timedelta(days=number)).isoformat()
        for at in range(CREW):
            facts += visit("07:30", "09:00", id=f"m{number}", day=day, who=f"p{(number + at) % 90}")
    heard = told(*facts)
    random.Random(2021).shuffle(heard)
    app, store = a_plain_app()
    for start in range(0, len(heard), 200):
        credit_hours(app, heard[start:start + 200])
    credited = [entry for entry in store.ledger if entry.minutes]
    assert (len(credited), sum(entry.minutes for entry in credited)) == (2_112, 190_080)
    assert sum(head.minutes for head in store.known_heads.values()) == 190_080
