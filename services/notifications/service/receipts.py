"""The doors that providers bring their receipts to, and the clouds replies as well."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import Schema
from werkzeug.wrappers import Response

from kernel.web import PROVIDER, Call, Problem, Refused, door
from services.notifications import schemas
from services.notifications.domain.consent import Inbound
from services.notifications.domain.report import Report
from services.notifications.providers import aliyun, callbacks, tencent
from services.notifications.providers.kannel import report_of
from services.notifications.usecases import inbound, receiving
from services.notifications.usecases.application import App

ALIYUN = {"code": 0, "msg": "成功"}  # any other answer brings the same again, a few times
TENCENT = {"result": 0, "errmsg": "OK"}


class ReceiptDoors:
    """Each answers once what it was told is written down (N-12)."""

    app: App

    @door("GET,POST", "/receipts/kannel", allow=PROVIDER, query=schemas.KannelReceipt(),
          gives=("text/plain",))
    def kannel_receipt(self, call: Call) -> Response:
        """A delivery receipt."""
        receipt = call.query
        report = report_of(receipt["id"], receipt["type"])
        receiving.receive(self.app, "kannel", report)
        return Response("ok", mimetype="text/plain")

    @door("POST", "/receipts/aliyun", allow=PROVIDER, gives=("application/json",))
    def aliyun_receipts(self, call: Call) -> Response:
        """SmsReport: an array of receipts, pushed three times more unless it is answered so."""
        self._take("aliyun", callbacks.AliyunReceipt(), aliyun.report_of, call.raw)
        return _told(ALIYUN)

    @door("POST", "/receipts/tencent", allow=PROVIDER, gives=("application/json",))
    def tencent_receipts(self, call: Call) -> Response:
        """An array of statuses, brought twice more unless it is answered so."""
        self._take("tencent", callbacks.TencentReceipt(), tencent.report_of, call.raw)
        return _told(TENCENT)

    @door("POST", "/inbound/aliyun", allow=PROVIDER, gives=("application/json",))
    def aliyun_inbound(self, call: Call) -> Response:
        """SmsUp: an array of replies; opt-outs are heeded (N-19)."""
        self._hear("aliyun", callbacks.AliyunReply(), callbacks.aliyun_inbound, call.raw)
        return _told(ALIYUN)

    @door("POST", "/inbound/tencent", allow=PROVIDER, gives=("application/json",))
    def tencent_inbound(self, call: Call) -> Response:
        """A reply; opt-outs are heeded (N-19)."""
        self._hear("tencent", callbacks.TencentReply(), callbacks.tencent_inbound, call.raw)
        return _told(TENCENT)

    def _take(self, provider: str, schema: Schema,
              report_of: Callable[[Mapping[str, Any]], Report], raw: bytes) -> None:
        good, bad = callbacks.checked(schema, _items(raw))
        reports = [report_of(item) for item in good]
        receiving.receive_all(self.app, provider, reports, malformed=bad)

    def _hear(self, provider: str, schema: Schema,
              inbound_of: Callable[[Mapping[str, Any]], Inbound], raw: bytes) -> None:
        good, bad = callbacks.checked(schema, _items(raw))
        receiving.unreadable(provider, bad)
        inbound.take(self.app, [inbound_of(item) for item in good])


def _items(raw: bytes) -> list[Any]:
    items = callbacks.items_in(raw)
    if items is None:
        raise Refused(Problem(400, "bad_json"), "send a JSON array")
    return items


def _told(answer: Mapping[str, Any]) -> Response:
    return Response(json.dumps(answer, ensure_ascii=False), mimetype="application/json")
