"""Metrics: only listed names move, with the labels they were listed with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from prometheus_client import generate_latest

from kernel import metrics


def test_a_listed_name_moves() -> None:
    metrics.count("xiangxin_facts_published_total", service="unit")
    metrics.gauge("xiangxin_outbox_pending", 3, service="unit")
    metrics.observe("xiangxin_heard_batch_size", 7, queue="unit")
    text = generate_latest(metrics.REGISTRY).decode()
    assert 'xiangxin_facts_published_total{service="unit"} 1.0' in text
    assert 'xiangxin_outbox_pending{service="unit"} 3.0' in text
    assert 'xiangxin_heard_batch_size_bucket{le="10.0",queue="unit"} 1.0' in text


def test_other_names_kinds_and_labels_are_refused() -> None:
    with pytest.raises(metrics.UnlistedMetric):
        metrics.count("xiangxin_surprises_total")
    with pytest.raises(metrics.UnlistedMetric):
        metrics.gauge("xiangxin_facts_published_total", 1, service="unit")
    with pytest.raises(metrics.UnlistedMetric):
        metrics.count("xiangxin_facts_published_total", person="unit")


def test_names_follow_the_pattern_and_say_what_they_mean() -> None:
    for metric in metrics.LIST:
        assert re.fullmatch(r"xiangxin_[a-z_]+", metric.name) and metric.meaning
        assert metric.name.endswith("_total") == (metric.kind is metrics.Counter)
    assert len({metric.name for metric in metrics.LIST}) == len(metrics.LIST)


def test_every_listed_metric_is_moved_somewhere() -> None:
    root = Path(metrics.__file__).parents[1]
    texts = [
        path.read_text("utf-8")
        for room in ("kernel", "services", "ops")
        for path in (root / room).rglob("*.py")
        if path != Path(metrics.__file__)
    ]
    assert [m.name for m in metrics.LIST if not any(m.name in text for text in texts)] == []
