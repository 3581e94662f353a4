"""`xiangxin healthy`: whether the process in this container answers that it is ready."""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping

from kernel.settings import Settings, read

WITHIN = 3.0  # seconds


def look(settings: Settings, environ: Mapping[str, str]) -> tuple[bool, str]:
    """(ready, what was answered). The relay has no doors: its metrics port answers instead."""
    host, port = settings.metrics_bind if environ.get("SERVICE") == "relay" else settings.bind
    reached = host if host.strip("0.:") else "127.0.0.1"  # it listens everywhere
    return ready(f"http://{reached}:{port}")


def ready(base: str) -> tuple[bool, str]:
    """Asks `base`/readyz; never raises."""
    try:
        with urllib.request.urlopen(f"{base}/readyz", timeout=WITHIN) as answer:  # nosec B310 # http
            return True, answer.read().decode(errors="replace")
    except urllib.error.HTTPError as refusal:
        with refusal:
            return False, refusal.read().decode(errors="replace")
    except OSError as fault:
        return False, f"{type(fault).__name__}: {fault}"


if __name__ == "__main__":  # for health checks: quicker to start than the whole command
    is_ready, said = look(read(Settings, os.environ), os.environ)
    print(said)
    sys.exit(0 if is_ready else 1)
