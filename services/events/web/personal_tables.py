"""What is kept of one person as one long sheet: a row for each filled field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kernel.sheets.cells import Cell, Table

COLUMNS = (("部分", 14), ("序号", 6), ("栏目", 18), ("内容", 40))
PARTS = {
    "registrations": "报名", "absences": "缺席", "consents": "监护人同意", "family": "家人",
    "entitlements": "资格", "redemptions": "领取", "visits": "走访",
}
FIELDS = {
    "person_ref": "人员代号", "known_since": "登记时间", "name": "姓名", "phone": "手机号",
    "birth_date": "出生日期", "has_guardian": "有监护人", "qualifications": "岗位资格",
    "complete": "是否完整", "registration_id": "报名编号", "programme": "项目", "title": "名称",
    "place": "地点", "starts_at": "开始", "ends_at": "结束", "status": "状态",
    "registered_at": "报名时间", "size": "人数", "seat": "席位", "note": "组织者的话",
    "stays": "签到签退", "forced": "强制签到原因", "id": "编号", "state": "状态",
    "session_id": "场次编号", "ended_at": "场次结束", "recorded_at": "记录时间", "text": "说明",
    "role": "身份", "purpose": "用途", "method": "方式", "over_at": "解除时间",
    "text_version": "文本版本", "children": "孩子人数", "requested_at": "询问时间",
    "decided_at": "答复时间", "occupation": "职业", "valid_from": "有效期自",
    "valid_until": "有效期至", "granted_at": "登记时间", "revoked_at": "撤销时间",
    "window": "窗口", "street": "街道", "at": "时间", "day": "日期", "goods": "物品",
}


def long_table(shown: Mapping[str, Any]) -> Table:
    """`shown` is what the JSON answer says; its fields keep that order."""
    return Table(name="个人信息", columns=COLUMNS, rows=list(_rows(shown)))


def _rows(shown: Mapping[str, Any]) -> Iterator[list[Cell]]:
    yield from _filled("个人", 1, {name: value for name, value in shown.items()
                                 if name not in PARTS})
    for name, title in PARTS.items():
        for number, entry in enumerate(shown[name], 1):
            yield from _filled(title, number, entry)


def _filled(title: str, number: int, entry: Mapping[str, Any]) -> Iterator[list[Cell]]:
    for name, value in entry.items():
        if value not in (None, "", []):
            yield [title, number, FIELDS[name], _text(value)]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        return " ".join(_text(each) for each in value.values() if each is not None)
    return "；".join(map(_text, value)) if isinstance(value, list) else str(value)
