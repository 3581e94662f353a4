"""A database in memory that keeps all or nothing of a transaction, for tests of use cases."""

from __future__ import annotations

import copy
from collections.abc import Callable
from threading import RLock
from typing import Any, TypeVar

import mongomock
from mongomock.codec_options import CodecOptions
from mongomock.collection import BulkOperationBuilder
from mongomock.results import BulkWriteResult
from mongomock.store import CollectionStore, DatabaseStore
from pymongo.database import Database

T = TypeVar("T")

# mongomock's types claim to be pymongo's own: what is extended here is its inside
_MockClient: Any = mongomock.MongoClient
_MockCollection: Any = mongomock.Collection
_MockDatabase: Any = mongomock.Database
_MockBulk: Any = BulkOperationBuilder
_ABSENT: Any = object()


class _Journal:
    """How to undo what was written since a transaction began."""

    def __init__(self) -> None:
        self.lock = RLock()
        self._undo: list[Callable[[], None]] | None = None

    def note(self, undo: Callable[[], None]) -> None:
        if self._undo is not None:
            self._undo.append(undo)

    def atomically(self, work: Callable[[], T]) -> T:
        with self.lock:
            if self._undo is not None:
                raise RuntimeError("a transaction in memory cannot hold another one")
            self._undo = []
            try:
                return work()
            except BaseException:
                for undo in reversed(self._undo):
                    undo()
                raise
            finally:
                self._undo = None


class _Documents(CollectionStore):
    """A collection that notes every change, and in which nothing expires."""

    def __init__(self, name: str, journal: _Journal) -> None:
        super().__init__(name)
        self.journal = journal

    def __setitem__(self, key: Any, value: Any) -> None:
        before = self._documents.get(key, _ABSENT)
        self.journal.note(lambda: self._put_back(key, before))
        super().__setitem__(key, value)

    def __delitem__(self, key: Any) -> None:
        before = self._documents[key]
        self.journal.note(lambda: self._put_back(key, before))
        super().__delitem__(key)

    def _put_back(self, key: Any, before: Any) -> None:
        if before is _ABSENT:
            del self._documents[key]
        else:
            self._documents[key] = before

    def _remove_expired_documents(self) -> None:
        """A test's clock stands in other years than the machine's."""


class _Collections(DatabaseStore):
    def __init__(self, journal: _Journal) -> None:
        super().__init__()
        self.journal = journal

    def __getitem__(self, name: str) -> _Documents:
        if name not in self._collections:
            self._collections[name] = _Documents(name, self.journal)
        documents: _Documents = self._collections[name]
        return documents


class _Bulk(_MockBulk):
    """Takes the operations of pymongo 4.15, which always name a `sort`; ours never have one."""

    def add_update(self, *args: Any, sort: Any = None, **kwargs: Any) -> None:
        super().add_update(*args, **kwargs)

    def add_replace(self, *args: Any, sort: Any = None, **kwargs: Any) -> None:
        super().add_replace(*args, **kwargs)


class _Collection(_MockCollection):
    """Notes what a document was before it is changed in place."""

    def _note(self, document: dict[str, Any]) -> None:
        before = copy.deepcopy(document)

        def undo() -> None:
            document.clear()
            document.update(before)

        self._store.journal.note(undo)

    def with_options(self, **_options: Any) -> _Collection:
        return self

    def bulk_write(self, requests: Any, *, ordered: bool = True, **_options: Any) -> Any:
        bulk = _Bulk(self, ordered=ordered)
        for request in requests:
            request._add_to_bulk(bulk)
        return BulkWriteResult(bulk.execute(), acknowledged=True)

    def _apply_update_document(self, document: Any, *args: Any, **kwargs: Any) -> Any:
        self._note(document)
        return super()._apply_update_document(document, *args, **kwargs)

    def _apply_update_pipeline(self, document: Any, *args: Any, **kwargs: Any) -> Any:
        self._note(document)
        return super()._apply_update_pipeline(document, *args, **kwargs)


class _MemoryDatabase(_MockDatabase):
    """What Transactions needs beside the collections: `atomically`."""

    def __init__(self, name: str) -> None:
        self.journal = _Journal()
        options = CodecOptions(tz_aware=True)
        client = _MockClient(tz_aware=True)
        super().__init__(client, name, _Collections(self.journal), codec_options=options)

    def get_collection(self, name: str, **_options: Any) -> _Collection:
        if name not in self._collection_accesses:
            self._collection_accesses[name] = _Collection(
                self, name, self._store, codec_options=self._codec_options
            )
        collection: _Collection = self._collection_accesses[name]
        return collection

    def create_collection(self, name: str, *, check_exists: bool = True) -> Any:
        """It looks whether it is there in any case."""
        return super().create_collection(name)

    def atomically(self, work: Callable[[None], T], *, until: float) -> T:
        """Work with no session; one transaction at a time, so none is ever tried again."""
        return self.journal.atomically(lambda: work(None))


def memory_database(name: str = "memory") -> Database[dict[str, Any]]:
    """A fresh database that nobody else sees; speaks pymongo's language as far as mongomock does.

    Slow (it looks at every document) and forgets nothing by age: made for hundreds of documents.
    """
    database: Database[dict[str, Any]] = _MemoryDatabase(name)
    return database
