"""Every cookie that code can set: read by no script, sent by no other site, kept to https."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
CALLS = {"set_cookie", "delete_cookie", "dump_cookie"}


def faults(source: str) -> Iterator[str]:
    """What each call that sets a cookie leaves out."""
    for node in ast.walk(ast.parse(source)):
        name = getattr(getattr(node, "func", None), "attr", getattr(
            getattr(node, "func", None), "id", ""))
        if isinstance(node, ast.Call) and name in CALLS:
            given = {each.arg: ast.unparse(each.value) for each in node.keywords}
            if given.get("httponly") != "True":
                yield f"line {node.lineno}: httponly"
            if given.get("samesite") not in ("'Strict'", "'Lax'"):
                yield f"line {node.lineno}: samesite"
            if given.get("secure", "False") == "False":
                yield f"line {node.lineno}: secure"
        if isinstance(node, ast.Constant) and str(node.value).lower() == "set-cookie":
            yield f"line {node.lineno}: a cookie by hand"


def test_every_cookie_has_its_flags() -> None:
    files = [*ROOT.glob("kernel/**/*.py"), *ROOT.glob("services/**/*.py")]
    setting = [path for path in files if "set_cookie(" in path.read_text("utf-8")]
    assert len(setting) >= 2
    found = [f"{path.relative_to(ROOT)}: {fault}" for path in files
             for fault in faults(path.read_text("utf-8"))]
    assert not found


@pytest.mark.parametrize(("source", "told"), [
    ("a.set_cookie('k', 'v', samesite='Lax', secure=s)", "httponly"),
    ("a.set_cookie('k', 'v', httponly=True, secure=s)", "samesite"),
    ("a.set_cookie('k', 'v', httponly=True, samesite='None', secure=s)", "samesite"),
    ("a.delete_cookie('k', httponly=True, samesite='Lax')", "secure"),
    ("a.headers['Set-Cookie'] = 'k=v'", "by hand"),
])
def test_a_flag_that_is_left_out_is_named(source: str, told: str) -> None:
    [found] = faults(source)
    assert told in found
