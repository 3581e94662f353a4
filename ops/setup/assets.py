"""Front-end packages: npm fetches what package-lock.json pins, their dist files are kept.

What only tests use (devDependencies: axe-core, amqplib, AsyncAPI's schema …) stays in .run/npm
and is never served.
"""

from __future__ import annotations

import os
import shutil

from ops.setup.steps import ROOT, RUN, Stamp, fingerprint, run, say

FOLDER = RUN / "npm"
SERVED = RUN / "assets"
AXE = FOLDER / "node_modules" / "axe-core" / "axe.min.js"
LISTS = (ROOT / "package.json", ROOT / "package-lock.json")
COPY = ROOT / "ops" / "setup" / "assets.sh"
NO_REGISTRY = "npm's package registry must be reachable: check network, proxy and .npmrc."


def prepare(purpose: str) -> None:
    """Fill .run/assets when the lock file or the list of files changed; with what only tests use
    when the `purpose` is test. Safe to repeat."""
    wanted = fingerprint([*LISTS, COPY])
    stamps = [Stamp("assets")] + ([Stamp("assets-test")] if purpose == "test" else [])
    there = SERVED.exists() and (purpose != "test" or AXE.exists())
    if there and all(stamp.matches(wanted) for stamp in stamps):
        return
    say("fetching front-end packages with npm into .run/npm")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for file in LISTS:
        shutil.copy(file, FOLDER)
    quiet = os.environ | {"npm_config_update_notifier": "false"}
    npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    only = [] if purpose == "test" else ["--omit=dev"]
    run([*npm, *only], cwd=FOLDER, env=quiet, advice=NO_REGISTRY)
    run(["sh", str(COPY), str(FOLDER / "node_modules"), str(SERVED)])
    for stamp in stamps:
        stamp.write(wanted)
