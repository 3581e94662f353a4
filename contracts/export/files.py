"""Which files are generated, whether they are fresh, and whether what was told still holds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from .. import CATALOGUE, __version__
from ..event import Fact
from .asyncapi import asyncapi_text
from .city import city_text
from .goldens import faults_of_golden, lacking
from .history import Told
from .page import catalogue_page
from .schemas import breaks, schema_document, schema_text

REMEDY = "give the changed fact a new key (.v2) and tell it beside the old one"


def facts() -> list[type[Fact]]:
    """The facts declared in this package, in the order of declaration."""
    package = __package__.rpartition(".")[0] + "."
    return [cls for cls in CATALOGUE.values() if cls.__module__.startswith(package)]


def generated(folder: Path) -> dict[Path, str]:
    """Every generated file with the text it must have; goldens are not among them."""
    told = facts()
    texts = {folder / "schemas" / f"{cls.key}.json": schema_text(cls) for cls in told}
    texts[folder / "CATALOGUE.md"] = catalogue_page(told)
    texts[folder / "asyncapi.yaml"] = asyncapi_text(told, version=__version__)
    texts[folder / "city.asyncapi.yaml"] = city_text(told, version=__version__)
    return texts


def stale(folder: Path) -> Iterator[str]:
    """Generated files that are missing or differ, and goldens still to be made."""
    for path, text in generated(folder).items():
        if not path.exists() or path.read_text("utf-8") != text:
            yield f"{path.relative_to(folder)} is stale: run python -m contracts.export"
    for path in lacking(folder / "examples", facts()):
        yield f"{path.relative_to(folder)} is missing: run python -m contracts.export"


def broken(folder: Path, before: Iterable[Told] = ()) -> Iterator[str]:
    """What was told, by the files that are here or as `before` has it, and would no longer be
    understood. Each fault is said once, with the latest commit where no file here shows it."""
    documents = {cls.key: schema_document(cls) for cls in facts()}
    here = [Told(path.stem, json.loads(path.read_text("utf-8")))
            for path in sorted((folder / "schemas").glob("*.json"))]
    said: set[str] = set()
    for told in (*here, *before):
        for fault in _faults(told, documents):
            if fault not in said:
                said.add(fault)
                by = f" (told by commit {told.commit})" if told.commit else ""
                yield f"{fault}{by}: {REMEDY}"
    for path in sorted((folder / "examples").glob("*.json")):
        for fault in faults_of_golden(json.loads(path.read_text("utf-8"))):
            yield f"examples/{path.name}: {fault}: {REMEDY}"


def _faults(told: Told, documents: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    if told.key not in documents:
        yield f"{told.key} is no longer declared"
        return
    for fault in breaks(told.schema, documents[told.key]):
        yield f"{told.key}: {fault}"


def refresh(folder: Path) -> list[Path]:
    """Writes what is stale and adds the goldens that lack; returns the files written."""
    wanted = generated(folder) | lacking(folder / "examples", facts())
    written = []
    for path, text in wanted.items():
        if not path.exists() or path.read_text("utf-8") != text:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
            written.append(path)
    return written
