"""How pages call the states of a brief, its fields, and what was just done."""

from __future__ import annotations

from collections.abc import Mapping

from services.stats.domain.words import FIGURES

STATE: Mapping[str, str] = {
    "waiting": "待签发", "published": "已签发", "refused": "已退回", "lapsed": "已失效",
}
TONE: Mapping[str, str] = {"waiting": "warn", "published": "good", "refused": "bad", "lapsed": ""}
DONE: Mapping[str, str] = {
    "drafted": "已送审，请另一位同事签发。", "refused": "已退回。",
    "published": "已签发。内容从此不再改动，更正会生成修订稿。",
}
LABELS: Mapping[str, str] = {
    "template": "种类", "from": "自", "as_of": "至", "decision": "决定", "remark": "说明",
    "reason": "修订原因",
}
FOR_TEMPLATES: Mapping[str, object] = {
    "FIGURES": FIGURES, "STATE": STATE, "TONE": TONE, "DONE": DONE, "LABELS": LABELS,
}
