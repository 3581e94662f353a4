"""What a brief's files say beside its sentences: in words people know, in local time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from docx import Document
from docx.shared import Cm
from openpyxl import load_workbook

from kernel.sheets import workbook
from services.stats.domain.edition import Edition, Signer
from services.stats.paper.document import document
from services.stats.paper.rows import Titles, changed, exact, origin, signed_on
from services.stats.paper.sheet import tables
from services.stats.usecases.application import Stats
from services.stats.usecases.briefing import drafting, looking, signing
from services.stats.usecases.folding import fold_figures
from tests.unit.stats.builders import closed, corrected, credited, published, stats, told

NIGHT = datetime(2021, 10, 8, 16, 30, tzinfo=UTC)  # half past midnight in Shanghai, on the 9th
TITLES = Titles(programmes={"road-angels": "“马路天使”"}, kinds={"work-report": "工作简报"})


@pytest.fixture
def app() -> Stats:
    app = stats(now=NIGHT)
    fold_figures(app, told([published(), closed(served=40), credited("a"), credited("b")]))
    draft = drafting.draft(app, "work-report", since=date(2021, 1, 1), as_of=date(2021, 9, 30),
                           by=Signer(actor="maker"))
    sign(app, draft["draft_id"])
    return app


def sign(app: Stats, draft_id: str) -> None:
    signing.decide(app, draft_id, "published", by=Signer(actor="checker"))


def edition(app: Stats, serial: int = 1) -> Edition:
    return looking.published(app, serial).edition


def test_times_of_a_signature_are_local_and_say_each_day_once(app: Stats) -> None:
    told_of = dict(origin(edition(app), TITLES))

    assert told_of["签发"] == "checker，2021年10月9日（周六）00:30"
    assert (told_of["种类"], signed_on(edition(app))) == ("工作简报", "2021年10月9日")


def test_c_48_the_exact_hours_are_flagged_beside_their_value(app: Stats) -> None:
    first = [row[1:] for row in exact(edition(app), TITLES) if row[0] == 1]

    assert first[:2] == [("“马路天使”", "人次", 2, ""),
                         ("“马路天使”", "服务时长（小时）", 3, "按固定时长计 90 分钟，待复核")]


def test_c_47_a_revision_names_what_changed_and_that_the_system_drafted_it(app: Stats) -> None:
    fold_figures(app, told([corrected("a", -90, reverses="session-1-a")], at=NIGHT))
    drafting.follow(app)
    sign(app, app.store.drafts.waiting()[0].id)

    assert list(changed(edition(app, 2), TITLES)) == [
        (1, "“马路天使”", "人次", 2, 1), (1, "“马路天使”", "服务时长（小时）", 3, 1.5)]
    assert dict(origin(edition(app, 2), TITLES))["起草"].startswith("系统，2021年10月9日")


def test_a_sheet_holds_amounts_as_numbers_and_is_printed_one_page_wide(app: Stats) -> None:
    fold_figures(app, told([credited("c", minutes=100)], at=NIGHT))
    drafting.follow(app)
    sign(app, app.store.drafts.waiting()[0].id)

    book = load_workbook(BytesIO(workbook.write(*tables(edition(app, 2), TITLES))))

    amounts = [row[3].value for row in book["数字"].iter_rows(min_row=2, max_row=3)]
    assert amounts == [3, 4.67]
    assert {(sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) for sheet in book} == \
        {(1, 0)}
    assert {sheet.print_title_rows for sheet in book} == {"$1:$1"}


def test_the_columns_of_a_document_are_as_wide_as_said_and_its_headings_repeated(
    app: Stats
) -> None:
    paper = Document(BytesIO(document(edition(app), TITLES)))

    for table in paper.tables:
        assert abs(sum(column.width for column in table.columns) - Cm(15.6)) < Cm(0.01)
        assert "w:tblHeader" in table.rows[0]._tr.xml
        assert all("w:cantSplit" in row._tr.xml for row in table.rows)
    number, about, *_ = (column.width for column in paper.tables[0].columns)
    assert about > 4 * number
