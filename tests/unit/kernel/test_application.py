"""What a process makes once, and the parts of it that its workers see."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from kernel.application import Application


class Parts:
    """Something of two parts, counted."""

    made = 0

    def __init__(self, settings: str) -> None:
        type(self).made += 1
        self.first, self.second = f"{settings}/1", f"{settings}/2"


def seen(config: dict[str, Any], *of: str) -> Any:
    bound: Any = Application(Parts, *of)
    bound.container = SimpleNamespace(config=config)
    bound.setup()
    return bound.get_dependency(None)


def test_the_parts_of_an_application_are_made_once_together() -> None:
    config = {"settings": "here"}
    whole = seen(config)
    assert (seen(config, "first"), seen(config, "second")) == ("here/1", "here/2")
    assert seen(config) is whole and Parts.made == 1
