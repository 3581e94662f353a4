"""Alert rules: sound by promtool, each with a test of its fault, of metrics that exist (N-25)."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from kernel.metrics import LIST

FOLDER = Path(__file__).resolve().parents[3] / "deploy" / "prometheus"
RULES = sorted(FOLDER.glob("*.rules.yaml"))
needs_promtool = pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is missing")


def alerts(path: Path) -> list[dict[str, Any]]:
    groups = yaml.safe_load(path.read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


@needs_promtool
@pytest.mark.parametrize("path", RULES, ids=lambda path: path.name)
def test_n_25_the_rules_are_sound_and_fire_on_their_faults_only(path: Path) -> None:
    tests = path.with_name(path.name.replace(".rules.", ".tests."))
    for command in (["check", "rules", path.name], ["test", "rules", tests.name]):
        done = subprocess.run(["promtool", *command], cwd=FOLDER, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.name)
def test_n_25_every_alert_is_of_metrics_that_exist_and_has_a_test(path: Path) -> None:
    names = {metric.name for metric in LIST}
    tests = path.with_name(path.name.replace(".rules.", ".tests.")).read_text("utf-8")
    for alert in alerts(path):
        told = re.findall(r"(xiangxin_\w+?)(?:_bucket)?\b", alert["expr"])
        assert set(told) <= names, alert["alert"]
        assert tests.count(f"alertname: {alert['alert']}") == 2, alert["alert"]
