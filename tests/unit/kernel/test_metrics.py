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


def test_c_50_credits_parked_facts_overdue_records_and_sms_are_measured_without_people() -> None:
    listed = {metric.name: metric for metric in metrics.LIST}

    assert listed["xiangxin_credited_minutes"].kind is metrics.Histogram
    assert listed["xiangxin_hours_credited_total"].labels == ("basis",)
    assert "fate" in listed["xiangxin_facts_heard_total"].labels
    assert "standing" in listed["xiangxin_records_incomplete"].labels
    assert "state" in listed["xiangxin_messages_total"].labels
    personal = re.compile("person|name|phone|mobile|number|address|account|household")
    assert [label for metric in metrics.LIST for label in metric.labels
            if personal.search(label)] == []


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
