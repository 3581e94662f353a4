"""The department's sentences as data files, one per kind of brief: to add one, add a file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from services.stats.domain.brief import BriefFault, Kind, read_kind

OWN = Path(__file__).parent
WORK_REPORT = "work-report"  # what `/api/briefs` writes unless it is asked for another


def load(folder: Path = OWN) -> Mapping[str, Kind]:
    """Every kind by its key, which is the file's name. Raises BriefFault naming file and fault."""
    return {file.stem: _read(file) for file in sorted(folder.glob("*.toml"))}


def _read(file: Path) -> Kind:
    try:
        return read_kind(file.stem, tomllib.loads(file.read_text(encoding="utf-8")))
    except ValueError as error:  # BriefFault, or not TOML
        raise BriefFault(f"{file.name}: {error}") from error
