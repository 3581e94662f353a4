"""The department's sentences as data files; `/api/briefs` writes `work-report.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path

from services.stats.domain.brief import BriefFault, Template, read_templates

WORK_REPORT = Path(__file__).with_name("work-report.toml")


def load(file: Path = WORK_REPORT) -> tuple[Template, ...]:
    """The sentences of a file. Raises BriefFault naming the file and what is wrong in it."""
    try:
        return read_templates(tomllib.loads(file.read_text(encoding="utf-8"))["sentence"])
    except KeyError:
        raise BriefFault(f"{file.name}: has no [[sentence]]") from None
    except ValueError as error:  # BriefFault, or not TOML
        raise BriefFault(f"{file.name}: {error}") from error
