"""Everything in storage works under eventlet's monkey patching, and the hub keeps turning."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("green_script.py")


def test_transactions_groups_and_kills_work_on_green_threads(
    mongodb_uri: str, database_name: str
) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-W",
            "ignore::DeprecationWarning",
            str(SCRIPT),
            mongodb_uri,
            database_name,
        ],
        capture_output=True,
        text=True,
        timeout=90,
        cwd=SCRIPT.parents[3],
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["told"] == list(range(1, 61))
    assert seen["answers"] == 1
    assert seen["grouped"] == 100 and seen["largest group"] > 1
    assert seen["after kills"] == "kept"
    assert seen["killed"] == 30
    assert seen["turns while one waited"] > 0
