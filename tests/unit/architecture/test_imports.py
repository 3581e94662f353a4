"""Who may import whom: service → use cases → domain → contracts, service → kernel → contracts."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
FRAMEWORKS = {"nameko", "kombu", "amqp", "pymongo", "bson", "eventlet", "greenlet", "werkzeug"}
PURE = (  # what rules may use of the kernel
    "kernel.acting", "kernel.asking", "kernel.clock", "kernel.digest", "kernel.workdays",
)
SERVICES = ("events", "volunteers", "notifications", "stats", "city")
AT_THE_DOORS = {
    "kernel/application.py", "kernel/live.py", "kernel/ready.py", "kernel/running.py",
    "kernel/serve.py",
}


def modules(folder: str) -> list[Path]:
    return sorted(path.relative_to(ROOT) for path in (ROOT / folder).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Every module that the file imports, wherever in it, relative ones made absolute."""
    package = path.parent.parts
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            yield ".".join((*base, *([node.module] if node.module else [])))


def heads(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imported(path)}


def offenders(paths: list[Path], forbidden: set[str]) -> dict[str, set[str]]:
    found = {str(path): heads(path) & forbidden for path in paths}
    return {path: names for path, names in found.items() if names}


def test_there_is_something_to_look_at() -> None:
    assert len(modules("kernel")) > 20 and len(modules("services")) > 30


def test_contracts_know_nobody() -> None:
    assert not offenders(modules("contracts"), FRAMEWORKS | {"kernel", "services", "ops"})


def test_the_kernel_knows_no_service_and_no_operator() -> None:
    assert not offenders(modules("kernel"), {"services", "ops", "tests"})


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_knows_no_other_service(service: str) -> None:
    others = {f"services.{other}" for other in SERVICES if other != service}
    wrong = {
        str(path): name
        for path in modules(f"services/{service}")
        for name in imported(path)
        if name.split(".")[0] in {"ops", "tests"} or ".".join(name.split(".")[:2]) in others
    }
    assert not wrong


def rooms(*names: str) -> list[Path]:
    return [
        path
        for service in SERVICES
        for path in modules(f"services/{service}")
        if path.parts[2] in names or path.parts[2].removesuffix(".py") in names
    ]


def test_rules_and_use_cases_know_no_framework() -> None:
    looked_at = rooms("domain", "usecases")
    assert {path.parts[1] for path in looked_at} == set(SERVICES)
    assert not offenders(looked_at, FRAMEWORKS)


def test_rules_know_only_contracts_and_calendar_days() -> None:
    wrong = {
        str(path): name
        for path in rooms("domain")
        for name in imported(path)
        if (name.startswith("kernel") and name not in PURE)
        or (name.startswith(f"services.{path.parts[1]}.")
        and not name.startswith(f"services.{path.parts[1]}.domain"))
    }
    assert not wrong


def test_use_cases_do_not_look_back_at_the_doors() -> None:
    wrong = {
        str(path): name
        for path in rooms("domain", "usecases", "store")
        for name in imported(path)
        if name.startswith((f"services.{path.parts[1]}.service", f"services.{path.parts[1]}.web"))
    }
    assert not wrong


def test_nameko_and_eventlet_stay_at_the_doors() -> None:
    allowed = {str(path) for path in rooms("service")} | AT_THE_DOORS
    doors = {("kernel", "consume"), ("kernel", "web")}
    inside = [
        path
        for folder in ("contracts", "kernel", "services", "ops")
        for path in modules(folder)
        if str(path) not in allowed and path.parts[:2] not in doors
    ]
    assert not offenders(inside, {"nameko", "eventlet", "greenlet"})
