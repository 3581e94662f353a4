"""`python -m ops.setup.versions`: the suite on every other Python 3.11 to 3.13 that is present.

Present means: on PATH as python3.12 and the like, or named in OTHER_PYTHONS (paths, ":" between).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from ops.setup.environment import NAMES, prepare_in
from ops.setup.steps import ROOT, SetupFailed, fail, say

SUITE = ["tests/unit", "tests/integration", "-q", "-m", "not slow and not compose and not chaos"]
ASKED = "import sys, venv; print('%d.%d' % sys.version_info[:2])"


def others() -> dict[str, str]:
    """{"3.12": path} of the interpreters that run here and are not this one."""
    named = os.environ.get("OTHER_PYTHONS", "").split(":")
    found = [path for path in [*named, *map(shutil.which, NAMES)] if path]
    answers = {path: subprocess.run([path, "-c", ASKED], capture_output=True) for path in found}
    versions = {done.stdout.decode().strip(): path for path, done in answers.items()}
    fitting = {name.removeprefix("python") for name in NAMES}
    mine = "{}.{}".format(*sys.version_info[:2])
    return {key: path for key, path in versions.items() if key in fitting - {mine}}


def main() -> int:
    """Exit 0 when the suite passed on all of them; says so when there is none."""
    present = others()
    if not present:
        say("no other Python from 3.11 to 3.13 is here: the suite runs on this one only")
    for version, path in sorted(present.items()):
        folder = ROOT / f".venv-{version}"
        try:
            prepare_in(folder, path, version)
        except (SetupFailed, OSError) as fault:
            return fail(fault)
        say(f"the suite on Python {version}")
        done = subprocess.run([folder / "bin" / "python", "-m", "pytest", *SUITE], cwd=ROOT)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
