"""Providers under eventlet, as the service runs them: N-30."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.fakes.aliyun import FakeAliyun
from tests.fakes.cloud import KEY_ID, KEY_SECRET, running
from tests.fakes.smsc import PASSWORD, SYSTEM_ID, running_centre
from tests.fakes.tls import made, within_tls
from tests.integration.notifications.running import ROOT

SENDER = """
import pathlib, re, sys
import services.notifications.service
# Not ru_maxrss: a new process inherits that of the one that started it, here of all tests so far.
status = pathlib.Path("/proc/self/status").read_text()
print(int(re.search(r"VmHWM:\\s+(\\d+) kB", status)[1]) // 1024)
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""
SDKS = {"Tea", "alibabacloud_dysmsapi20170525", "alibabacloud_tea_openapi", "aliyunsdkcore",
        "tencentcloud"}


def test_n_30_what_sends_fits_into_120_mib_and_needs_no_sdk() -> None:
    """How long importing takes is in `tests/bench/bench_providers.py`."""
    told = subprocess.run([sys.executable, "-W", "ignore", "-c", SENDER], cwd=ROOT, text=True,
                          capture_output=True, timeout=120, check=True)
    mebibytes, modules = told.stdout.splitlines()
    assert int(mebibytes) < 120
    assert not SDKS & set(modules.split())


def test_n_30_fifty_calls_of_a_second_side_by_side_under_eventlet(tmp_path: Path) -> None:
    """SMPP within TLS, whose socket is eventlet's own there."""
    authority = made(tmp_path)
    with (running(FakeAliyun()) as cloud, running_centre() as centre,
          within_tls(centre.port, authority) as port):
        cloud.took = 1.0
        told = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "tests.integration.notifications.green_sender",
             cloud.url, KEY_ID, KEY_SECRET, str(port), SYSTEM_ID, PASSWORD,
             str(authority.authorities)],
            cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        )
        assert told.returncode == 0, told.stderr
        (by_aliyun, seconds), (by_smpp,) = (line.split() for line in told.stdout.splitlines())
        assert (by_aliyun, by_smpp) == ("50", "50")
        assert float(seconds) < 10  # one after the other it were fifty; the bench has the figure
        assert len({part.number for part in centre.parts}) == 50
        assert centre.binds == [0]
