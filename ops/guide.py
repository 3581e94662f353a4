"""`python -m ops.guide`: waits for services, tells the addresses, plays or checks the season."""

from __future__ import annotations

import argparse
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

from ops.addresses import DOORS, Addresses, read
from ops.demo_staff import NAMES
from ops.health import ready

PATIENCE = 180.0  # seconds for all services to become ready

TOLD = """
向心已就绪 · Xiangxin is ready

  实时大屏 dashboard      {stats}/
  活动报名 sign-up        {events}/
  工作简报 briefs         {stats}/briefs
  短信收件 demo's SMS     {notifications}/console
  我的时长 my hours       {volunteers}/
  工作台 staff            {events}/staff
  时长审核 hours office    {volunteers}/staff
  简报签发 signing briefs  {stats}/staff
  短信工作台 SMS desk      {notifications}/staff
  订阅方 subscribers       {city}/staff/subscribers

{accounts}{subscriber}
  工作人员口令 staff token  {staff_token}
  个案人员口令 caseworker   {caseworker_token}{named}
  RabbitMQ {amqp_uri}   MongoDB {mongodb_uri}
"""
ACCOUNTS = """
  工作人员账号 accounts     {names}
  密码 password           {password}
  验证器 authenticator     {secret}  （或 or: xiangxin staff demo-code）
"""
SUBSCRIBER = """
  订阅方 subscriber       {name}   {city}/contracts
  试用 to try with        docs/subscribing.md
    export FEED={city}/feed TOKEN={token}
    export AMQP_URL='{uri}' QUEUE={queue}
"""
KEEPS_RUNNING = "\n  Ctrl-C 停止全部 · Ctrl-C stops everything\n"


def main(arguments: list[str] | None = None) -> int:
    """Serve and season go on until they are stopped; a check exits 0 equal, 1 different."""
    parser = argparse.ArgumentParser(prog="python -m ops.guide", description=__doc__)
    parser.add_argument("purpose", choices=["serve", "season", "check"])
    parser.add_argument("--addresses", type=Path, required=True)
    options = parser.parse_args(arguments)
    addresses = read(options.addresses)
    waited_for = _not_ready_after(addresses, PATIENCE)
    if waited_for:
        print(f"xiangxin: not ready after {PATIENCE:.0f} s: {waited_for}", flush=True)
        return 1
    print(told(addresses) + (KEEPS_RUNNING if options.purpose != "check" else ""), flush=True)
    return _go_on(options.purpose, options.addresses)


def _not_ready_after(addresses: Addresses, seconds: float) -> str:
    """Empty when all services became ready; else which did not, and what they answered."""
    deadline = time.monotonic() + seconds
    while True:
        answers = {name: ready(addresses.door(name)) for name in DOORS}
        missing = [f"{name} ({said})" for name, (is_ready, said) in answers.items() if not is_ready]
        if not missing or time.monotonic() > deadline:
            return ", ".join(missing)
        time.sleep(0.3)


def told(addresses: Addresses) -> str:
    """What whoever started it reads; the lines for a subscriber can be pasted into a shell."""
    named = "".join(f"\n  具名人员口令 {name}: {token}"
                    for name, token in addresses.members.items())
    known = vars(addresses) | {"amqp_uri": _without_login(addresses.amqp_uri),
                               "mongodb_uri": _without_login(addresses.mongodb_uri)}
    accounts = ACCOUNTS.format(names=" ".join(NAMES), **addresses.demo) if addresses.demo else ""
    subscriber = SUBSCRIBER.format(city=addresses.city, **addresses.subscriber) \
        if addresses.subscriber else ""
    return TOLD.format(**known | {"subscriber": subscriber}, named=named, accounts=accounts)


def _without_login(uri: str) -> str:
    """Users and passwords of the servers stand in the addresses file, for this user only."""
    parts = urlsplit(uri)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()


def _go_on(purpose: str, file: Path) -> int:
    if purpose == "serve":
        threading.Event().wait()
        return 0
    from ops.season.__main__ import main as season

    at = ["--addresses", str(file)]
    last = "check" if purpose == "check" else "trickle"
    return season(["play", *at]) or season([last, *at])


if __name__ == "__main__":
    sys.exit(main())
