"""The scanners of `make lint` as they are called: what they are there for is found."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
KEY = "-----BEGIN RSA PRIVATE " + "KEY-----"  # in two parts, else it would be found here


def scanned(target: str, where: Path, variable: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["make", "-s", target, f"{variable}={where}"], cwd=ROOT, text=True,
                          capture_output=True)


@pytest.mark.parametrize(("line", "told"), [
    (f"{KEY}\n", "Private Key"),
    ("URI = 'mongodb://events:" + "Wq8vTn2Lr5@db.example.org/'\n", "Basic Auth Credentials"),
    ("provider_password = '" + "Zt7mKq4w9Xc2'\n", "Secret Keyword"),
])
def test_a_secret_in_a_file_is_found(line: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "settings.py").write_text(line, "utf-8")
    done = scanned("secrets", tmp_path, "SCANNED")
    assert done.returncode != 0 and told in done.stdout + done.stderr


def test_what_a_shell_would_run_is_found_and_plain_code_is_not(tmp_path: Path) -> None:
    code = tmp_path / "code.py"
    code.write_text("print('plain')\n", "utf-8")
    assert scanned("code", tmp_path, "CODE").returncode == 0
    code.write_text("import os, sys\n\nos.system(sys.argv[1])\n", "utf-8")
    done = scanned("code", tmp_path, "CODE")
    assert done.returncode != 0 and "B605" in done.stdout
