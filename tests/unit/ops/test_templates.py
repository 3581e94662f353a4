"""`xiangxin templates`: what is in force, and what providers lack (N-20)."""

from __future__ import annotations

from pathlib import Path

import pytest

from ops.__main__ import main


def test_n_20_all_templates_are_released_and_have_forms(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TEMPLATE_CODES", raising=False)
    assert main(["templates", "check"]) == 0
    assert "no faults" in capsys.readouterr().out
    assert main(["templates", "list"]) == 0
    assert "confirmed@1" in capsys.readouterr().out


def test_n_20_a_template_without_a_code_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    codes = tmp_path / "codes.toml"
    codes.write_text('[tencent]\nlongest = 6\n[tencent.codes]\n"moved@1.short" = "1"\n', "utf-8")
    assert main(["templates", "check", "--codes", str(codes)]) == 1
    said = capsys.readouterr().out
    assert "tencent has no code for confirmed@1" in said and "moved@1\n" not in said


def test_a_file_of_codes_that_cannot_be_used_says_why(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    codes = tmp_path / "codes.toml"
    codes.write_text('[aliyun.codes]\n"confirmed@1.loud" = "1"\n', "utf-8")
    assert main(["templates", "check", "--codes", str(codes)]) == 1
    assert "there is no form confirmed@1.loud" in capsys.readouterr().err
