"""Ratings (评价) as stars see them: the share that is good."""

from __future__ import annotations

from collections.abc import Collection

from services.volunteers.domain.people.records import known
from services.volunteers.usecases.people.register import Register
from services.volunteers.usecases.stars.application import Quality


def quality_of(register: Register, good: Collection[str]) -> Quality:
    """Reads the register; a rating that was withdrawn counts for nothing."""

    def quality(person_ref: str) -> float | None:
        volunteer = register.registered(person_ref)
        if volunteer is None:
            return None
        grades = [
            each.record.values["grade"]
            for each in known(register.people.records.of(volunteer.volunteer_no))
            if each.record.kind == "rating" and each.withdrawn is None
        ]
        return 100 * sum(grade in good for grade in grades) / len(grades) if grades else None

    return quality
