"""Briefs over HTTP on a real database: drafted, signed by other eyes, revised, verified (C-47)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook

from ops.__main__ import main
from services.stats.domain.edition import Signer
from services.stats.usecases.briefing import drafting, signing
from services.stats.usecases.briefing.drafting import follow
from tests.rig.stats import CHECKER, MAKER, Office, open_office
from tests.unit.stats.builders import a_session, closed, corrected, credited, published

PERIOD = {"as_of": "2021-09-30"}


@pytest.fixture(scope="module")
def office(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with open_office(mongodb_uri, tmp_path_factory.mktemp("briefs")) as opened:
        opened.fold([published(), closed(served=40),
                     *(credited(f"p{number}") for number in range(3))])
        yield opened


def test_c_47_a_brief_is_drafted_signed_by_other_eyes_and_revised_after_a_correction(
        office: Office) -> None:
    draft_id = office.post("/api/briefs", PERIOD, MAKER).json()["draft_id"]
    decision = f"/api/briefs/drafts/{draft_id}/decision"
    assert office.post(decision, {"decision": "published"}, MAKER).json()["code"] == "self_made"
    serial = office.post(decision, {"decision": "published"}, CHECKER).json()["serial"]
    first = office.get(f"/api/briefs/published/{serial}").json()

    office.fold([corrected("p0", -90, reverses=f"{a_session().session_id}-p0")])
    assert follow(office.app) == [serial]
    [waits] = office.get("/api/briefs/drafts", CHECKER).json()
    office.post(f"/api/briefs/drafts/{waits['draft_id']}/decision", {"decision": "published"},
                CHECKER)

    again = office.get(f"/api/briefs/published/{serial}").json()
    assert again.pop("newer") == serial + 1 and first.pop("newer") is None
    assert again == first and not again["altered"]
    assert hashlib.sha256(first["signed"].encode()).hexdigest() == first["hash"]
    revised = office.get(f"/api/briefs/published/{serial + 1}").json()
    assert [(d["figure"], d["before"], d["after"]) for d in revised["differences"]] == [
        ("attendances", 3, 2), ("hours", 4.5, 3)]
    assert revised["content"]["sentences"][0]["text"].startswith("截至九月")


def test_who_is_no_staff_drafts_nothing_and_a_wrong_kind_is_named(office: Office) -> None:
    assert office.post("/api/briefs", PERIOD).status_code == 401
    refused = office.post("/api/briefs", {**PERIOD, "template": "poem"}, MAKER)
    assert refused.status_code == 422 and list(refused.json()["errors"]) == ["template"]
    assert office.get("/api/briefs/published/99").json()["code"] == "unknown_brief"
    assert office.get("/api/briefs?as_of=2021-09-30&template=figures").status_code == 200


def publish(office: Office) -> int:
    """The serial of another brief, drafted and signed."""
    draft_id = office.post("/api/briefs", {**PERIOD, "template": "figures"}, MAKER).json()
    answer = office.post(f"/api/briefs/drafts/{draft_id['draft_id']}/decision",
                         {"decision": "published"}, CHECKER)
    serial: int = answer.json()["serial"]
    return serial


def test_a_brief_as_document_and_as_sheet_says_what_was_signed_with_exact_values(
        office: Office) -> None:
    serial = publish(office)
    signed = office.get(f"/api/briefs/published/{serial}").json()
    said = [each["text"] for each in signed["content"]["sentences"] if each["text"]]

    paper = Document(BytesIO(office.get(f"/briefs/{serial}.docx").content))
    book = load_workbook(BytesIO(office.get(f"/briefs/{serial}.xlsx").content))

    assert said and set(said) <= {line.text for line in paper.paragraphs}
    cells = [[cell.text for cell in row.cells] for table in paper.tables for row in table.rows]
    onsite = signed["content"]["sentences"][2]["figures"]["attendances_onsite"]
    assert ["3", "聚心", "到场人次", f"{onsite}", ""] in cells
    assert ["种类", "数据简报"] in cells
    assert ["摘要", signed["hash"]] in cells
    assert book.sheetnames == ["简报", "数字", "来源"]
    assert [row[1].value for row in book["简报"].iter_rows(min_row=2)] == said
    values = {(row[1].value, row[2].value): row[3].value for row in book["数字"].iter_rows()}
    assert values["聚心", "场次"] == 1 and values["聚心", "服务时长（小时）"] in ("4.5", "3.0", 3)


def test_signatures_side_by_side_make_one_chain(office: Office) -> None:
    drafts = [drafting.draft(office.app, "figures", since=date(2021, 1, 1), as_of=date(2021, 9, 30),
                             by=Signer(actor="maker"))["draft_id"] for _ in range(6)]

    def sign(draft_id: str) -> int:
        by = Signer(actor="checker")
        serial: int = signing.decide(office.app, draft_id, "published", by=by)["serial"]
        return serial

    with ThreadPoolExecutor(3) as checkers:
        serials = list(checkers.map(sign, drafts))

    editions, faults = office.app.store.editions.faults()
    assert sorted(serials) == list(range(editions - 5, editions + 1)) and faults == []


def test_the_command_says_which_signed_brief_was_altered(
        office: Office, monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str]) -> None:
    serial = publish(office)
    for name, value in (("MONGODB_URI", office.where.mongodb_uri), ("AMQP_URI", "amqp://nobody@x"),
                        ("DATABASE_PREFIX", office.where.database_prefix)):
        monkeypatch.setenv(name, value)
    assert main(["briefs", "verify"]) == 0

    office.app.transactions.database["briefs"].update_one(
        {"_id": serial}, {"$set": {"content.sentences.0.figures.sessions": 7}})

    assert main(["briefs", "verify"]) == 1
    assert f"edition {serial} was altered after it was signed" in capsys.readouterr().out
    assert office.get(f"/api/briefs/published/{serial}").json()["altered"]
