"""Group commit: calls that wait at the same time share one commit, each gets its own answer."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from threading import Event, Lock
from typing import Generic, TypeVar

from kernel.audit.act import acting
from kernel.mongo import Unavailable

Item = TypeVar("Item")
Result = TypeVar("Result")


class Overloaded(Exception):
    """More calls wait than are taken in: nothing was tried, try it again later."""


class _Call(Generic[Item, Result]):
    """One caller who waits: for an outcome, or to be told to lead."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.turn = Event()
        self.outcome: Result | Exception | None = None
        self.done = False
        self.leads = False

    def finish(self, outcome: Result | Exception) -> None:
        self.outcome, self.done = outcome, True
        self.turn.set()

    def lead(self) -> None:
        self.leads = True
        self.turn.set()


class GroupCommit(Generic[Item, Result]):
    """The first caller commits for all who came by then; who came meanwhile form the next group.

    `commit` takes 1 to `largest` items and returns an outcome for each, in order: a result, or an
    exception for this item alone (which must have written nothing). What it raises concerns the
    whole group: then each item is tried alone, once. Unavailable concerns everyone and is not
    tried again. Callers are served in the order they came; a caller leads one group and hands
    over to the next in line. Works with threads and, after monkey patching, with greenlets.
    """

    def __init__(
        self,
        commit: Callable[[list[Item]], Sequence[Result | Exception]],
        *,
        largest: int = 200,
        waiting: int = 5_000,
    ) -> None:
        self._commit = commit
        self._largest = largest
        self._most_waiting = waiting
        self._lock = Lock()
        self._line: deque[_Call[Item, Result]] = deque()
        self._led = False

    def submit(self, item: Item) -> Result:
        """The item's result once its group is committed. Raises the item's own exception.

        Raises Overloaded at once when `waiting` others are in line already.
        """
        call: _Call[Item, Result] = _Call(item)
        with self._lock:
            if len(self._line) >= self._most_waiting:
                raise Overloaded(f"{len(self._line)} calls are waiting")
            self._line.append(call)
            if not self._led:
                self._led = call.leads = True
        self._wait(call)
        if isinstance(call.outcome, Exception):
            raise call.outcome
        return call.outcome  # type: ignore[return-value]

    def _wait(self, call: _Call[Item, Result]) -> None:
        """Until the call is done. A caller who is killed while waiting leaves the line whole."""
        try:
            if not call.leads:
                call.turn.wait()
            if call.leads and not call.done:
                self._serve()
        finally:
            self._leave(call)

    def _serve(self) -> None:
        with self._lock:
            group = [self._line.popleft() for _ in range(min(self._largest, len(self._line)))]
        try:
            for call, outcome in zip(group, self._outcomes(group), strict=True):
                call.finish(outcome)
        finally:
            for call in group:
                if not call.done:  # the leader was killed: nobody knows how far it came
                    call.finish(Unavailable("the commit was interrupted"))

    def _outcomes(self, group: list[_Call[Item, Result]]) -> Sequence[Result | Exception]:
        outcomes = self._tried([call.item for call in group])
        if not isinstance(outcomes, Exception):
            return outcomes
        if len(group) == 1 or isinstance(outcomes, Unavailable):
            return [outcomes] * len(group)
        return [self._alone(call.item) for call in group]

    def _alone(self, item: Item) -> Result | Exception:
        outcomes = self._tried([item])
        return outcomes if isinstance(outcomes, Exception) else outcomes[0]

    def _tried(self, items: list[Item]) -> Sequence[Result | Exception] | Exception:
        try:
            with acting(None):  # the leader's act is not that of the others
                outcomes = self._commit(items)
        except Exception as error:
            return error
        if len(outcomes) != len(items):
            return RuntimeError(f"commit gave {len(outcomes)} outcomes for {len(items)} items")
        return outcomes

    def _leave(self, call: _Call[Item, Result]) -> None:
        with self._lock:
            if not call.done and call in self._line:
                self._line.remove(call)
            if call.leads:
                self._led = bool(self._line)
                if self._line:
                    self._line[0].lead()
