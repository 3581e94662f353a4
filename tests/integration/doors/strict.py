"""The echo with limits short enough for a test to wait for them; run as a module."""

from __future__ import annotations

import os
import sys
import warnings

warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

import eventlet  # noqa: E402

eventlet.monkey_patch()

from kernel.logs import log_to_stderr  # noqa: E402
from kernel.running import Running  # noqa: E402
from kernel.settings import Settings, read  # noqa: E402
from kernel.web.limits import Limits  # noqa: E402

SHORT = Limits(connections=40, idle=2.0, head=1.0, body=1.5, drain=2.0)

if __name__ == "__main__":
    log_to_stderr("INFO")
    sys.exit(Running("tests.integration.doors.echo", read(Settings, os.environ), SHORT).run())
