"""Aliyun's side of Dysmsapi as its documentation tells it, signature check included."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.fakes.cloud import KEY_ID, KEY_SECRET, Asked, Cloud, CloudHandler, Reply, Taken

_AUTHORIZATION = re.compile(
    r"ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})"
)
_MUST_BE_SIGNED = {"host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce",
                   "x-acs-content-sha256"}


def signature(asked: Asked, names: str) -> str:
    """As the provider computes it from the request as it came."""
    parts = urlsplit(asked.path)
    lines = [f"{name}:{asked.headers[name].strip()}" for name in names.split(";")]
    digest = hashlib.sha256(asked.body).hexdigest()
    request = "\n".join(["POST", parts.path, parts.query, *lines, "", names, digest])
    told = hashlib.sha256(request.encode()).hexdigest()
    text = f"ACS3-HMAC-SHA256\n{told}"
    return hmac.new(KEY_SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()


class AliyunHandler(CloudHandler):
    """SendSms and QuerySendDetails."""

    def is_signed(self, asked: Asked) -> bool:
        found = _AUTHORIZATION.fullmatch(asked.headers.get("authorization", ""))
        if not found or found[1] != KEY_ID or not set(found[2].split(";")) >= _MUST_BE_SIGNED:
            return False
        digest = hashlib.sha256(asked.body).hexdigest()
        return (asked.headers["x-acs-content-sha256"] == digest
                and hmac.compare_digest(signature(asked, found[2]), found[3]))

    def forged(self) -> Reply:
        return Reply({"Code": "SignatureDoesNotMatch", "Message": "signature", "RequestId": "r"},
                     400)

    def refuse(self, code: str, asked: Asked) -> Reply:
        message = self.server.messages.get(code, "refused")
        status = 400 if code.startswith(("Throttling", "Invalid")) else 200
        return Reply({"Code": code, "Message": message, "RequestId": "r"}, status)

    def accept(self, asked: Asked) -> Reply:
        given = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        if asked.headers["x-acs-action"] == "SendSms":
            taken = self.server.take(given["PhoneNumbers"], given["TemplateCode"],
                                     json.loads(given["TemplateParam"]), given["OutId"])
            return Reply({"Code": "OK", "Message": "OK", "BizId": taken.ref, "RequestId": "r"})
        rows = [row(taken) for taken in self.server.taken if taken.number == given["PhoneNumber"]]
        size, page = int(given["PageSize"]), int(given["CurrentPage"])
        return Reply({"Code": "OK", "Message": "OK", "TotalCount": str(len(rows)), "RequestId": "r",
                      "SmsSendDetailDTOs": {
                          "SmsSendDetailDTO": rows[(page - 1) * size:page * size]}})


def row(taken: Taken) -> dict[str, Any]:
    """A line of QuerySendDetails: delivered."""
    return {"OutId": taken.context, "PhoneNum": taken.number, "SendStatus": 3,
            "ErrCode": "DELIVERED", "TemplateCode": taken.code}


def receipt(taken: Taken, *, success: bool = True, code: str = "DELIVERED") -> dict[str, Any]:
    """An item of a pushed SmsReport."""
    return {"phone_number": taken.number, "send_time": "2026-09-01 12:00:00",
            "report_time": "2026-09-01 12:00:05", "success": success, "err_code": code,
            "err_msg": "", "sms_size": "1", "biz_id": taken.ref, "out_id": taken.context}


class FakeAliyun(Cloud):
    handler = AliyunHandler
