"""Generated files are fresh, what was told is still understood, the package stands alone."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

import contracts
from contracts.events import SignupConfirmed
from contracts.export.files import broken, facts, refresh, stale
from contracts.export.words import WordMissing, word
from ops.setup.assets import FOLDER as NPM

FOLDER = Path(contracts.__file__).parent
EXAMPLES = sorted((FOLDER / "examples").glob("*.json"))
CLOSED = "events.session_closed.v1"
ITEM = "events.work_item_recorded.v1"  # told by one golden so far


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """A copy of what was told so far, to be bent."""
    for name in ("schemas", "examples"):
        shutil.copytree(FOLDER / name, tmp_path / name)
    for name in ("CATALOGUE.md", "asyncapi.yaml", "city.asyncapi.yaml"):
        shutil.copy(FOLDER / name, tmp_path)
    return tmp_path


def bend(path: Path, **changes: Any) -> None:
    """Changes fields of a golden's data; None takes a field away."""
    message = json.loads(path.read_text("utf-8"))
    data = message["data"] | changes
    message["data"] = {name: value for name, value in data.items() if value is not None}
    path.write_text(json.dumps(message), "utf-8")


def test_the_generated_files_are_fresh() -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "contracts.export", "--check"],
        cwd=FOLDER.parent,
        capture_output=True,
        text=True,
    )

    assert (checked.returncode, checked.stderr) == (0, "")


def test_a_field_that_no_word_explains_is_named_with_what_to_add() -> None:
    named = r"words\.toml .* SignupConfirmed\.shoe_size .*\[shoe_size\]"
    with pytest.raises(WordMissing, match=named):
        word(SignupConfirmed, "shoe_size")


def test_a_stale_or_missing_file_is_named(told: Path) -> None:
    (told / "CATALOGUE.md").write_text("old")
    (told / "schemas" / f"{ITEM}.json").unlink()
    (told / "examples" / f"{ITEM}.json").unlink()

    remedy = "run python -m contracts.export"
    assert sorted(stale(told)) == [
        f"CATALOGUE.md is stale: {remedy}",
        f"examples/{ITEM}.json is missing: {remedy}",
        f"schemas/{ITEM}.json is stale: {remedy}",
    ]


def test_writing_again_changes_nothing(told: Path) -> None:
    (told / "asyncapi.yaml").unlink()

    assert refresh(told) == [told / "asyncapi.yaml"]
    assert refresh(told) == []
    assert list(stale(told)) == []


def test_a_new_optional_field_adds_a_golden_and_leaves_the_old_one(told: Path) -> None:
    old = told / "examples" / f"{ITEM}.json"
    bend(old, due_on=None)
    before = old.read_bytes()

    assert list(broken(told)) == []
    assert refresh(told) == [told / "examples" / f"{ITEM}.2.json"]
    assert old.read_bytes() == before


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"weather": "晴"}, "weather was removed"),
        ({"present": "36"}, "present"),
        ({"present": 36.5}, "present"),
        ({"present": None}, "present"),
        ({"session": "s1"}, "session"),
    ],
)
def test_a_golden_with_a_removed_or_retyped_field_fails(
    told: Path, changes: dict[str, Any], fault: str
) -> None:
    bend(told / "examples" / f"{CLOSED}.json", **changes)

    faults = list(broken(told))

    assert len(faults) == 1
    assert fault in faults[0]
    assert "new key (.v2)" in faults[0]


def test_a_golden_of_a_fact_that_is_no_longer_declared_fails(told: Path) -> None:
    for folder in ("examples", "schemas"):
        path = told / folder / f"{CLOSED}.json"
        text = path.read_text("utf-8").replace(CLOSED, "events.session_ended.v1")
        path.with_stem("events.session_ended.v1").write_text(text, "utf-8")

    assert len(list(broken(told))) == 2


@pytest.mark.parametrize(
    ("field", "schema", "fault"),
    [
        ("weather", {"type": "string"}, "weather was removed"),
        ("present", {"type": "string"}, "present was {'type': 'string'} and is"),
        ("served_count", {"type": "integer"}, "served_count was {'type': 'integer'} and is"),
    ],
)
def test_a_schema_whose_field_was_removed_or_retyped_fails(
    told: Path, field: str, schema: dict[str, Any], fault: str
) -> None:
    path = told / "schemas" / f"{CLOSED}.json"
    before = json.loads(path.read_text("utf-8"))
    before["properties"][field] = schema
    path.write_text(json.dumps(before), "utf-8")

    assert [each for each in broken(told) if fault in each]


def test_a_field_that_older_messages_lack_may_not_be_required(told: Path) -> None:
    path = told / "schemas" / f"{CLOSED}.json"
    before = json.loads(path.read_text("utf-8"))
    before["$defs"]["SessionRef"]["required"].remove("street")
    path.write_text(json.dumps(before), "utf-8")

    assert [each for each in broken(told) if "session_closed.v1: SessionRef.street is" in each]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_golden_fits_its_schema_by_an_independent_validator(path: Path) -> None:
    message = json.loads(path.read_text("utf-8"))
    schema = json.loads((FOLDER / "schemas" / f"{message['type']}.json").read_text("utf-8"))
    validator = jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )

    jsonschema.Draft202012Validator.check_schema(schema)
    validator.validate(message["data"])
    assert schema["$id"] == message["dataschema"]


def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if "$ref" in value else set()
        return own.union(*map(references, value.values()))
    return set().union(*map(references, value)) if isinstance(value, list) else set()


def test_the_asyncapi_document_holds_every_fact_and_every_reference_leads_somewhere() -> None:
    document = yaml.safe_load((FOLDER / "asyncapi.yaml").read_text("utf-8"))

    addresses = {channel["address"] for channel in document["channels"].values()}
    assert addresses == {cls.key for cls in facts()}
    assert all(_found(document, reference) for reference in references(document))


@pytest.mark.parametrize("name", ["asyncapi.yaml", "city.asyncapi.yaml"])
def test_the_asyncapi_documents_fit_the_specifications_own_schema(name: str) -> None:
    document = yaml.safe_load((FOLDER / name).read_text("utf-8"))
    schema = json.loads((NPM / "node_modules/@asyncapi/specs/schemas/3.0.0.json").read_text())

    jsonschema.Draft7Validator(schema).validate(document)


def test_other_systems_are_told_of_public_facts_only() -> None:
    text = (FOLDER / "city.asyncapi.yaml").read_text("utf-8")
    document = yaml.safe_load(text)

    for cls in facts():
        assert (cls.__name__ in document["components"]["messages"]) is not cls.private
        assert (cls.key in text) is not cls.private
    assert all(_found(document, reference) for reference in references(document))


def _found(document: Any, reference: str) -> Any:
    for step in reference.removeprefix("#/").split("/"):
        document = document[step]
    return document


def test_the_catalogue_names_every_fact_in_both_languages() -> None:
    page = (FOLDER / "CATALOGUE.md").read_text("utf-8")

    for cls in facts():
        english, chinese = (cls.__doc__ or "").split("\n\n")
        assert f"\n## {cls.key}\n" in page
        assert " ".join(english.split()) in page
        assert "".join(line.strip() for line in chinese.splitlines()) in page


def test_the_package_needs_nothing_but_marshmallow() -> None:
    foreign = set()
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                foreign |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                foreign.add(node.module.partition(".")[0])

    assert foreign - sys.stdlib_module_names == {"marshmallow"}


def test_importing_it_loads_no_marshmallow() -> None:
    code = "import sys, contracts; sys.exit('marshmallow' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], cwd=FOLDER.parent).returncode == 0
