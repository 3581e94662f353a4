"""Front-end packages: npm fetches what package-lock.json pins, their dist files are kept."""

from __future__ import annotations

import os
import shutil

from ops.setup.steps import ROOT, RUN, Stamp, fingerprint, run, say

FOLDER = RUN / "npm"
SERVED = RUN / "assets"
LISTS = (ROOT / "package.json", ROOT / "package-lock.json")
COPY = ROOT / "ops" / "setup" / "assets.sh"
NO_REGISTRY = "npm's package registry must be reachable: check network, proxy and .npmrc."


def prepare() -> None:
    """Fill .run/assets when the lock file or the list of files changed."""
    stamp, wanted = Stamp("assets"), fingerprint([*LISTS, COPY])
    if stamp.matches(wanted) and SERVED.exists():
        return
    say("fetching front-end packages with npm into .run/npm")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for file in LISTS:
        shutil.copy(file, FOLDER)
    quiet = os.environ | {"npm_config_update_notifier": "false"}
    npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    run(npm, cwd=FOLDER, env=quiet, advice=NO_REGISTRY)
    run(["sh", str(COPY), str(FOLDER / "node_modules"), str(SERVED)])
    stamp.write(wanted)
