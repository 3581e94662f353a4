"""Run as a process of its own, as the service runs: fifty calls of a second side by side, green.

Prints the seconds that Aliyun's client took, and how many texts SMPP got through.
"""

import eventlet

eventlet.monkey_patch()

import sys  # noqa: E402
from concurrent.futures import ThreadPoolExecutor  # noqa: E402
from pathlib import Path  # noqa: E402
from time import monotonic  # noqa: E402

from kernel.clock import new_id, system_clock  # noqa: E402
from services.notifications.domain.outcome import Accepted  # noqa: E402
from services.notifications.providers.aliyun import Aliyun, AliyunAccess  # noqa: E402
from services.notifications.providers.base import Outgoing, Provider  # noqa: E402
from services.notifications.providers.smpp import Smpp, SmppAccess  # noqa: E402
from services.notifications.providers.smpp_tls import trusting  # noqa: E402
from services.notifications.templates.codes import Account, Codes  # noqa: E402

SAID = {"title": "青年之夜", "when": "9月3日12:00", "place": "文化广场"}
CODES = Codes({"aliyun": Account(codes={"confirmed@1.full": "SMS_1"})})
AT_ONCE = 50


def accepted(provider: Provider) -> int:
    """How many of fifty messages at once it took."""
    def send(number: int) -> bool:
        outgoing = Outgoing(attempt_id=f"a{number}", number=f"139000{number:05}", text="【向心】短",
                            template="confirmed@1", values=SAID)
        return isinstance(provider.send(outgoing), Accepted)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sum(pool.map(send, range(AT_ONCE)))


def main(url: str, key_id: str, key_secret: str, port: str, system_id: str, password: str,
         authorities: str = "") -> None:
    aliyun = Aliyun(AliyunAccess(url=url, key_id=key_id, key_secret=key_secret, signature="向心",
                                 within=10.0), CODES, clock=system_clock, ids=new_id)
    began = monotonic()
    print(accepted(aliyun), monotonic() - began)
    smpp = Smpp(SmppAccess(host="127.0.0.1", port=int(port), system_id=system_id,
                           password=password, sender="10690",
                           tls=trusting(Path(authorities)) if authorities else None))
    print(accepted(smpp))
    smpp.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
