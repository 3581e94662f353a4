"""`xiangxin` as an operator types it: in this process, or in one of its own."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout

from ops.__main__ import main

Typed = subprocess.CompletedProcess[str]


def typed(environ: Mapping[str, str], *words: str) -> Typed:
    """What it says and its exit status, with these variables more. Here, for a process of its own
    imports for a second of processor what is imported already; each file of tests of a command
    has one that is `typed_apart`."""
    said, troubles = io.StringIO(), io.StringIO()
    with _with(environ), redirect_stdout(said), redirect_stderr(troubles), _own_warnings():
        try:
            code = main(list(words))
        except SystemExit as refused:  # by argparse
            code = int(refused.code or 0)
    return Typed(words, code, said.getvalue(), troubles.getvalue())


def typed_apart(environ: Mapping[str, str], *words: str) -> Typed:
    """The same in a process of its own, as a shell starts it."""
    return subprocess.run([sys.executable, "-m", "ops", *words], env=os.environ | dict(environ),
                          text=True, capture_output=True, timeout=120)


@contextmanager
def _with(environ: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(environ)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _own_warnings() -> Iterator[None]:
    """A command may silence what it knows; that ends with it."""
    with warnings.catch_warnings():
        yield
