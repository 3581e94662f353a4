"""A crowd of residents who sign up at a door from several threads, patiently or not."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Self

from tests.waiting import eventually

ASK_AGAIN_AFTER = 0.2  # seconds

# From the resident's number to the status (0: no answer) and what was made, if anything.
Ask = Callable[[int], tuple[int, str | None]]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one resident was answered; the status of every attempt, 0 where nothing came."""

    number: int
    made: str | None
    statuses: tuple[int, ...]
    seconds: float


@dataclass(kw_only=True)
class Crowd:
    """So many residents, each with a key of its own; a patient one asks until it is answered 201.

    `pace` is the least time in seconds between two of them, `within` how long one is patient.
    """

    ask: Ask
    count: int
    at_once: int = 16
    patient: bool = False
    pace: float = 0.0
    within: float = 60.0
    answers: list[Answer] = field(default_factory=list)
    _thread: threading.Thread = field(init=False)
    _pause: threading.Event = field(default_factory=threading.Event)

    @property
    def accepted(self) -> set[str]:
        """What was made for those who were answered 201."""
        return {one.made for one in self.answers if one.made}

    def start(self) -> Self:
        self._began = time.monotonic()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    @property
    def is_over(self) -> bool:
        return not self._thread.is_alive()

    def wait_for(self, answered: int, within: float = 60.0) -> None:
        """Until so many have been answered."""
        eventually(lambda: len(self.answers) >= answered, within=within)

    def join(self, within: float = 120.0) -> list[Answer]:
        """Every resident's answer, once all have one."""
        self._thread.join(within)
        assert self.is_over, f"{len(self.answers)} of {self.count} were answered"
        return self.answers

    def _run(self) -> None:
        with ThreadPoolExecutor(self.at_once) as threads:
            for number in range(self.count):
                threads.submit(partial(self._sign_up, number))

    def _sign_up(self, number: int) -> None:
        self._await_turn(number)
        began = time.monotonic()
        statuses: list[int] = []
        made: str | None = None
        while not statuses or self._asks_again(statuses[-1], began):
            if statuses:
                self._pause.wait(ASK_AGAIN_AFTER)
            status, made = self.ask(number)
            statuses.append(status)
        took = time.monotonic() - began
        self.answers.append(
            Answer(number=number, made=made, statuses=tuple(statuses), seconds=took)
        )

    def _asks_again(self, status: int, began: float) -> bool:
        return self.patient and status != 201 and time.monotonic() - began < self.within

    def _await_turn(self, number: int) -> None:
        early = self._began + number * self.pace - time.monotonic()
        if early > 0:
            self._pause.wait(early)
