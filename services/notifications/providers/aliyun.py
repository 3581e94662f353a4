"""Aliyun SMS (Dysmsapi 2017-05-25): one number a call, answers, look-ups and receipts.

Parameters stand in the signed body, never in the address. A 200 may hold a refusal: its `Code`
decides. A call is not idempotent there, so one that was not answered is looked up, not repeated.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx

from kernel.clock import SHANGHAI, Clock, Ids, local_day
from services.notifications.domain.message import State
from services.notifications.domain.outcome import Accepted, Outcome, Refused
from services.notifications.domain.report import Attempt, NotSeen, Report
from services.notifications.providers.base import Outgoing
from services.notifications.providers.calling import Answer, Caller, told_in
from services.notifications.providers.signing import acs3
from services.notifications.providers.templated import Templated
from services.notifications.providers.verdicts import Table, clean, refused
from services.notifications.templates.codes import Chosen, Codes

TABLE: Table = {
    "ambiguous": ("isp.SYSTEM_ERROR",),
    "later": ("isv.BUSINESS_LIMIT_CONTROL", "Throttling*"),
    "provider_down": (
        "isv.OUT_OF_SERVICE", "isv.AMOUNT_NOT_ENOUGH", "isv.ACCOUNT_ABNORMAL",
        "isv.ACCOUNT_NOT_EXISTS", "isv.PRODUCT_UN_SUBSCRIPT", "isp.RAM_PERMISSION_DENY",
        "SignatureDoesNotMatch", "InvalidAccessKeyId.*", "isv.DENY_IP_RANGE",
        "isv.DAY_LIMIT_CONTROL", "isv.MONTH_LIMIT_CONTROL",
    ),
    "template": (
        "isv.SMS_SIGN_ILLEGAL", "isv.SIGN_STATE_ILLEGAL", "isv.SMS_SIGNATURE_SCENE_ILLEGAL",
        "isv.SMS_TEMPLATE_ILLEGAL", "isv.TEMPLATE_MISSING_PARAMETERS", "isv.EXTEND_CODE_ERROR",
        "isv.INVALID_JSON_PARAM", "isv.INVALID_PARAMETERS",
    ),
    "give_up": (
        "isv.MOBILE_NUMBER_ILLEGAL", "isv.BLACK_KEY_CONTROL_LIMIT", "isv.PARAM_LENGTH_LIMIT",
        "isv.PARAM_NOT_SUPPORT_URL", "isv.SMS_CONTENT_ILLEGAL", "isv.DOMESTIC_NUMBER_NOT_SUPPORTED",
    ),
}
STATUS: Mapping[int, State] = {1: "submitted", 2: "failed", 3: "delivered"}
PAGE, PAGES = 50, 5  # rows of a look-up, and how many pages of one day are read
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, kw_only=True)
class AliyunAccess:
    """Where the provider is called, as whom, and under which filed signature."""

    url: str
    key_id: str
    key_secret: str
    signature: str
    within: float = 5.0

    def __repr__(self) -> str:
        return f"AliyunAccess({self.url})"


class Aliyun(Templated):
    """Sends our templates by the codes that Aliyun gave them."""

    name = "aliyun"

    def __init__(self, access: AliyunAccess, codes: Codes, *, clock: Clock, ids: Ids) -> None:
        super().__init__(codes)
        self._access, self._clock, self._ids = access, clock, ids
        self._caller = Caller(access.within)

    def try_form(self, outgoing: Outgoing, form: Chosen) -> Outcome:
        answer = self._call("SendSms", {
            "PhoneNumbers": outgoing.number, "SignName": self._access.signature,
            "TemplateCode": form.code, "OutId": outgoing.attempt_id,
            "TemplateParam": json.dumps(form.values, ensure_ascii=False),
        })
        if not isinstance(answer, httpx.Response):
            return answer
        return outcome_of(answer.status_code, told_in(answer), self._clock())

    def try_look_up(self, attempt: Attempt) -> Report | NotSeen | None:
        """By number and day: the answer names our attempt, but cannot be asked for by it."""
        days = {local_day(attempt.started_at), local_day(attempt.started_at + timedelta(hours=1))}
        today = local_day(self._clock())
        for day in sorted(day for day in days if day <= today):
            for page in range(1, PAGES + 1):
                rows = self._rows(attempt, f"{day:%Y%m%d}", page)
                if rows is None:
                    return None
                for row in rows:
                    if row.get("OutId") == attempt.attempt_id:
                        return _looked_up(attempt, row)
                if len(rows) < PAGE:
                    break
            else:
                return None
        return NotSeen()

    def close(self) -> None:
        self._caller.close()

    def _rows(self, attempt: Attempt, day: str, page: int) -> list[Mapping[str, Any]] | None:
        answer = self._call("QuerySendDetails", {
            "PhoneNumber": attempt.number, "SendDate": day, "PageSize": str(PAGE),
            "CurrentPage": str(page),
        })
        if not isinstance(answer, httpx.Response):
            return None
        told = told_in(answer)
        if told.get("Code") != "OK":
            return None
        rows = (told.get("SmsSendDetailDTOs") or {}).get("SmsSendDetailDTO")
        return rows if isinstance(rows, list) else None

    def _call(self, action: str, asked: Mapping[str, str]) -> Answer:
        access = self._access
        content = urlencode(asked, quote_via=quote, safe="~").encode()
        headers = {
            "host": urlsplit(access.url).netloc, "content-type": _FORM,
            "x-acs-action": action, "x-acs-version": "2017-05-25",
            "x-acs-date": f"{self._clock():%Y-%m-%dT%H:%M:%SZ}",
            "x-acs-signature-nonce": self._ids(),
            "x-acs-content-sha256": hashlib.sha256(content).hexdigest(),
        }
        signed = acs3(headers, content, key_id=access.key_id, key_secret=access.key_secret)
        return self._caller.post(
            access.url, {**headers, "authorization": signed, "accept": "application/json"}, content
        )


def outcome_of(status: int, told: Mapping[str, Any], now: datetime) -> Outcome:
    """What an answer of SendSms means: its `Code` if we know it, else an error of the server or
    whatever else it is stays ambiguous (N-7)."""
    code = told.get("Code")
    if code == "OK" and status < 300:
        return Accepted(provider_ref=told.get("BizId"))
    found = refused(TABLE, code, _wait(str(told.get("Message") or ""), now))
    if not found.listed and (code is None or status >= 500):
        return Refused(f"http_{status}", "ambiguous", listed=status >= 500)
    return found


def report_of(item: Mapping[str, Any]) -> Report:
    """A row of a pushed SmsReport, already checked; times are local (+08:00)."""
    at = item.get("report_time")
    return Report(
        state="delivered" if item["success"] else "failed", attempt_id=item.get("out_id"),
        provider_ref=item.get("biz_id"), code=clean(item.get("err_code")),
        at=at.replace(tzinfo=SHANGHAI) if at else None,
    )


def _looked_up(attempt: Attempt, row: Mapping[str, Any]) -> Report:
    return Report(attempt_id=attempt.attempt_id, state=STATUS.get(row.get("SendStatus") or 0),
                  code=clean(row.get("ErrCode") or "looked_up"))


def _wait(message: str, now: datetime) -> timedelta | None:
    """Until the window that the words of a flow control name is over: minute, hour or local day."""
    if "分钟级" in message:
        return timedelta(minutes=1)
    local = now.astimezone(SHANGHAI)
    if "小时级" in message:
        return timedelta(hours=1) - timedelta(minutes=local.minute, seconds=local.second)
    if "天级" in message:
        return timedelta(days=1) - timedelta(hours=local.hour, minutes=local.minute,
                                             seconds=local.second)
    return None

