"""Templates by version, and what providers with templates of their own say: N-20, N-21."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import pytest

from services.notifications.domain.message import BROADCASTS, OF_NO_SESSION, Purpose
from services.notifications.domain.text import InvalidText, check_values
from services.notifications.templates import OF_SESSION, Texts, as_said, variables
from services.notifications.templates.codes import (
    PROVIDERS,
    Account,
    Codes,
    Form,
    form_faults,
    forms,
    read_codes,
)
from services.notifications.templates.versions import (
    FOLDER,
    TemplateFault,
    current,
    drafts,
    release,
    versions,
)
from tests.unit.notifications.builders import NOW, session

SAID = as_said({"when": NOW, "title": "青年之夜", "place": "文化广场", "number": "0123456789"})
FULL, SHORT, BARE = "confirmed@1.full", "confirmed@1.short", "confirmed@1.bare"
EVERYTHING: Mapping[str, object] = {
    "when": NOW, "until": NOW, "was": NOW, "title": "青年之夜", "place": "文化广场",
    "number": "0123456789", "code": "K7M2Q9", "asked": "更正", "doing": "更换手机号",
    "minutes": 1440, "before": 1440,
    "after": 1440, "position": 9999, "words": "《{活动}》请带水", "said": "有新的通知",
}


def written(folder: Path, **texts: str) -> Path:
    """Drafts in a folder; `confirmed_1` stands for `confirmed@1.txt`."""
    for name, text in texts.items():
        name = "@".join(name.rsplit("_", 1))
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def test_n_20_every_template_of_the_platform_is_released_as_it_is() -> None:
    wanted = {*get_args(Purpose), *(
        f"{purpose}-confidential" for purpose in get_args(Purpose) if purpose not in OF_NO_SESSION)}
    assert set(current()) == wanted
    assert drafts() == [], "run: xiangxin templates release"


def test_n_20_a_released_text_may_not_change_nor_go(tmp_path: Path) -> None:
    folder = written(tmp_path, confirmed_1="已确认", moved_1="已改期")
    assert release(folder) == ["confirmed@1", "moved@1"]
    written(folder, confirmed_1="已确认。")
    (folder / "moved@1.txt").unlink()
    with pytest.raises(TemplateFault) as refused:
        release(folder)
    assert [fault.partition(".txt")[0] for fault in refused.value.faults] == [
        "moved@1", "confirmed@1"]


def test_n_20_a_new_version_is_sent_once_it_is_released(tmp_path: Path) -> None:
    release(written(tmp_path, confirmed_1="已确认"))
    folder = written(tmp_path, confirmed_2="确认了", confirmed_10="好了")
    assert drafts(folder) == ["confirmed@2", "confirmed@10"]
    assert [one.reference for one in versions(folder) if one.released] == ["confirmed@1"]
    release(folder)
    assert current(folder) == {"confirmed": "confirmed@10"}
    assert release(folder) == []


def test_n_20_a_file_without_a_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateFault, match="not named"):
        versions(written(tmp_path, confirmed_x="已确认"))


def test_n_20_the_message_names_the_version_it_was_made_by() -> None:
    assert Texts("向心").render("confirmed", session(), {}).template == "confirmed@1"


def test_n_20_every_released_template_has_forms_and_they_say_only_its_variables() -> None:
    assert form_faults() == []
    for template, mine in forms().items():
        allowed = set(as_said({name: EVERYTHING[name] for name in variables(template)
                               if name in EVERYTHING}))
        allowed |= set(as_said({"when": NOW}))
        for form in mine:
            assert set(form.variables) <= allowed - (
                OF_SESSION - {"when"} if "-confidential" in template else set())


@pytest.mark.parametrize("template", sorted(
    reference for name, reference in current().items()
    if name.removesuffix("-confidential") not in BROADCASTS  # longer; they leave by other ways
))
def test_n_21_each_template_has_a_form_of_six_characters_a_variable(template: str) -> None:
    account = Account(codes={}, longest=6)
    said = as_said(EVERYTHING)
    assert any(account.misfit(form, said) is None for form in forms()[template])
    for form in forms()[template]:
        check_values({"text": form.text})


def test_n_21_the_richest_form_that_fits_is_chosen() -> None:
    codes = Codes({"tencent": Account(codes={FULL: "1", SHORT: "2", BARE: "3"}, longest=6),
                   "aliyun": Account(codes={FULL: "SMS_1", BARE: "SMS_3"}, longest=35)})
    ours = codes.choose("aliyun", "confirmed@1", SAID)
    assert (ours.code, list(ours.values)) == ("SMS_1", ["title", "when", "place"])
    short = codes.choose("tencent", "confirmed@1", SAID)
    assert (short.code, list(short.values.values())) == ("2", ["9月1日", "12:00"])
    assert short.form.filled(SAID).startswith("你的报名已确认，9月1日12:00，")
    long = codes.choose("aliyun", "confirmed@1", {**SAID, "title": "长" * 36})
    assert (long.code, dict(long.values)) == ("SMS_3", {})


def test_n_21_what_a_provider_cannot_say_names_the_variable() -> None:
    codes = Codes({"tencent": Account(codes={FULL: "1"}, longest=6)})
    for provider, template, field in (("tencent", "confirmed@1", "when"),
                                      ("tencent", "moved@1", "template"),
                                      ("aliyun", "confirmed@1", "template")):
        with pytest.raises(InvalidText) as refused:
            codes.choose(provider, template, SAID)
        assert refused.value.field == field


def test_n_20_templates_without_a_code_are_listed() -> None:
    codes = Codes({"tencent": Account(codes={BARE: "3"}, longest=6)})
    assert set(codes.lacking("tencent")) == set(current().values()) - {"confirmed@1"}
    assert codes.lacking("aliyun") == sorted(current().values())
    assert dict(codes.of("tencent", "confirmed@1")) == {BARE: "3"}


def test_codes_are_read_and_faults_named_all_at_once(tmp_path: Path) -> None:
    good = tmp_path / "codes.toml"
    good.write_text(f'[tencent]\nlongest = 6\n[tencent.codes]\n"{SHORT}" = "1000001"\n', "utf-8")
    assert read_codes(good).choose("tencent", "confirmed@1", SAID).code == "1000001"
    bad = tmp_path / "bad.toml"
    bad.write_text('[twilio]\n[aliyun]\nlongest = 0\n[aliyun.codes]\n'
                   '[tencent.codes]\n"confirmed@1.loud" = "7"\n', "utf-8")
    with pytest.raises(TemplateFault) as refused:
        read_codes(bad)
    assert len(refused.value.faults) == 3
    assert all(provider in str(refused.value) for provider in (*PROVIDERS, "twilio"))
    with pytest.raises(TemplateFault, match="cannot be read"):
        read_codes(tmp_path / "nowhere.toml")


def test_a_form_takes_its_variables_in_the_order_of_its_text() -> None:
    assert Form(reference="x@1.full", text="{b}和{a}").variables == ("b", "a")
    assert FOLDER.is_dir()
