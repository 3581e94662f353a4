"""The people of a signed-in resident on the sign-up form: ticked instead of typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kernel.rights import Resident
from kernel.web import Call
from services.events.domain.broken import UnknownPerson
from services.events.domain.person import Known, Member
from services.events.usecases.application import Events
from services.events.usecases.family.standing import kin_of
from services.events.usecases.resident_people import Somebody, people_shown
from services.events.web import forms


@dataclass(frozen=True, kw_only=True)
class Family:
    """Who can be ticked, who is, and in which kinds of seat."""

    people: Sequence[Somebody] = ()
    ticked: Sequence[str] = ()
    seats: Mapping[str, str] = field(default_factory=dict)


def family_of(app: Events, call: Call) -> Family:
    """Nobody for who is not signed in, without a look at the database."""
    resident = call.resident
    if resident is None:
        return Family()
    typed = call.form.typed if call.form else {}
    seats = {name.removeprefix("known_seat."): value for name, value in typed.items()
             if name.startswith("known_seat.")}
    return Family(people=people_shown(app, _may_sign_up(app, resident)),
                  ticked=forms.known_of(typed), seats=seats)


def check_own(app: Events, call: Call, party: Sequence[Member]) -> None:
    """A page signs up by reference only whom its account stands for, and adults who joined its
    family (0022). Raises UnknownPerson."""
    refs = [each.person_ref if isinstance(each, Known) else None for each in party]
    if any(refs):
        mine = _may_sign_up(app, call.resident) if call.resident else ()
        for place, ref in enumerate(refs):
            if ref is not None and ref not in mine:
                raise UnknownPerson(place)


def _may_sign_up(app: Events, resident: Resident) -> list[str]:
    refs = resident.person_refs
    return list(dict.fromkeys([*refs, *kin_of(app, refs)]))


def at_people(errors: Mapping[str, Any], family: Family, typed_rows: int) -> dict[str, Any]:
    """Faults of a party where the page can show them: those of ticked people at their box."""
    at = {f"party.{typed_rows + place}": f"known.{ref}"
          for place, ref in enumerate(family.ticked)}
    found: dict[str, Any] = {}
    for name, reasons in errors.items():
        person = next((at[one] for one in at if name == one or name.startswith(f"{one}.")), None)
        found[person or name] = [*found.get(person or name, ()), *reasons]
    return found
