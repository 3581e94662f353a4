"""Tencent's side of its SMS API as its documentation tells it, signature check included."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from datetime import UTC, datetime
from typing import Any

from tests.fakes.cloud import KEY_ID, KEY_SECRET, Asked, Cloud, CloudHandler, Reply, Taken

APP_ID = "1400000000"
_AUTHORIZATION = re.compile(
    r"TC3-HMAC-SHA256 Credential=([^/]+)/(\d{4}-\d\d-\d\d)/sms/tc3_request, "
    r"SignedHeaders=([^,]+), Signature=([0-9a-f]{64})"
)


def signature(asked: Asked, day: str, names: str) -> str:
    """As the provider computes it from the request as it came."""
    lines = [f"{name}:{asked.headers[name]}" for name in names.split(";")]
    digest = hashlib.sha256(asked.body).hexdigest()
    request = "\n".join(["POST", asked.path, "", *lines, "", names, digest])
    told = hashlib.sha256(request.encode()).hexdigest()
    stamp = asked.headers["x-tc-timestamp"]
    text = "\n".join(["TC3-HMAC-SHA256", stamp, f"{day}/sms/tc3_request", told])

    def derived(key: bytes, word: str) -> bytes:
        return hmac.new(key, word.encode(), hashlib.sha256).digest()

    key = derived(derived(derived(b"TC3" + KEY_SECRET.encode(), day), "sms"), "tc3_request")
    return derived(key, text).hex()


class TencentHandler(CloudHandler):
    """SendSms, the two pulls of receipts and the statistics of packages."""

    def is_signed(self, asked: Asked) -> bool:
        found = _AUTHORIZATION.fullmatch(asked.headers.get("authorization", ""))
        if not found or found[1] != KEY_ID:
            return False
        at = datetime.fromtimestamp(int(asked.headers["x-tc-timestamp"]), UTC)
        return (f"{at:%Y-%m-%d}" == found[2] and {"content-type", "host"} <= set(
            found[3].split(";")) and hmac.compare_digest(signature(asked, found[2], found[3]),
                                                         found[4]))

    def forged(self) -> Reply:
        return _error("AuthFailure.SignatureFailure")

    def refuse(self, code: str, asked: Asked) -> Reply:
        """Errors of the number stand beside it, errors of the request above all."""
        if code.startswith(("AuthFailure", "UnauthorizedOperation", "RequestLimit", "Internal")):
            return _error(code)
        return _answer({"SendStatusSet": [_fate(Taken("", "", [], "", ""), code)]})

    def accept(self, asked: Asked) -> Reply:
        given, cloud = json.loads(asked.body), self.server
        if given["SmsSdkAppId"] != APP_ID:
            return _error("UnauthorizedOperation.SmsSdkAppIdVerifyFail")
        match asked.headers["x-tc-action"]:
            case "SendSms":
                [number] = given["PhoneNumberSet"]
                taken = cloud.take(number, given["TemplateId"], given["TemplateParamSet"],
                                   given["SessionContext"])
                return _answer({"SendStatusSet": [_fate(taken, "Ok")]})
            case "SmsPackagesStatistics":
                packages = [{"PackageAmount": 1000, "CurrentUsage": 400},
                            {"PackageAmount": 50, "CurrentUsage": 50}]
                return _answer({"SmsPackagesStatisticsSet": packages})
            case "PullSmsSendStatus":
                return _answer({"PullSmsSendStatusSet": [row(taken) for taken in cloud.taken]})
        found = [row(taken) for taken in cloud.taken if taken.number == given["PhoneNumber"]]
        return _answer({"PullSmsSendStatusSet": found})


def row(taken: Taken) -> dict[str, Any]:
    """A line of a pull: delivered."""
    return {"UserReceiveTime": 1788235205, "CountryCode": "86",
            "SubscriberNumber": taken.number.removeprefix("+86"), "PhoneNumber": taken.number,
            "SerialNo": taken.ref, "ReportStatus": "SUCCESS", "Description": "DELIVRD",
            "SessionContext": taken.context}


def receipt(taken: Taken, *, status: str = "SUCCESS", ext: bool = True) -> dict[str, Any]:
    """An item of the callback."""
    told = {"user_receive_time": "2026-09-01 12:00:05", "nationcode": "86",
            "mobile": taken.number.removeprefix("+86"), "report_status": status,
            "errmsg": "DELIVRD", "description": "用户短信送达成功", "sid": taken.ref}
    return {**told, "ext": taken.context} if ext else told


def _fate(taken: Taken, code: str) -> dict[str, Any]:
    return {"SerialNo": taken.ref, "PhoneNumber": taken.number, "Fee": 1,
            "SessionContext": taken.context, "Code": code, "Message": "", "IsoCode": "CN"}


def _answer(told: dict[str, Any]) -> Reply:
    return Reply({"Response": {**told, "RequestId": "r"}})


def _error(code: str) -> Reply:
    return _answer({"Error": {"Code": code, "Message": "refused"}})


class FakeTencent(Cloud):
    handler = TencentHandler
