"""Tencent Cloud SMS (2021-01-11): one number a call, answers, receipts pushed and pulled.

A 200 holds the fate of the number beside that of the request: either may be refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx

from kernel.clock import SHANGHAI, Clock
from services.notifications.domain.outcome import Accepted, Outcome, Refused
from services.notifications.domain.report import Attempt, Balance, Report
from services.notifications.providers.base import Outgoing
from services.notifications.providers.calling import Answer, Caller, told_in
from services.notifications.providers.signing import tc3
from services.notifications.providers.templated import Templated
from services.notifications.providers.verdicts import Table, clean, refused
from services.notifications.templates.codes import Chosen, Codes

TABLE: Table = {
    "ambiguous": ("InternalError.Timeout", "InternalError.SendAndRecvFail", "InternalError",
                  "InternalError.*", "ClientNetworkError"),
    "later": (
        "LimitExceeded.PhoneNumberThirtySecondLimit", "LimitExceeded.PhoneNumberOneHourLimit",
        "LimitExceeded.PhoneNumberDailyLimit", "LimitExceeded.PhoneNumberSameContentDailyLimit",
        "LimitExceeded.DeliveryFrequencyLimit", "RequestLimitExceeded", "RequestLimitExceeded.*",
    ),
    "provider_down": (
        "FailedOperation.InsufficientBalanceInSmsPackage", "UnauthorizedOperation",
        "UnauthorizedOperation.*", "AuthFailure", "AuthFailure.*", "LimitExceeded.App*DailyLimit",
    ),
    "template": (
        "FailedOperation.Signature*", "FailedOperation.Template*",
        "InvalidParameterValue.TemplateParameter*",
    ),
    "give_up": (
        "InvalidParameterValue.IncorrectPhoneNumber", "FailedOperation.ContainSensitiveWord",
        "FailedOperation.PhoneNumberInBlacklist",
    ),
}
WAITS: Mapping[str, timedelta] = {
    "LimitExceeded.PhoneNumberThirtySecondLimit": timedelta(seconds=30),
    "LimitExceeded.PhoneNumberOneHourLimit": timedelta(hours=1),
    "LimitExceeded.PhoneNumberDailyLimit": timedelta(hours=24),
    "LimitExceeded.PhoneNumberSameContentDailyLimit": timedelta(hours=24),
}
MOST = 100  # receipts of one pull
BALANCE_DAYS = 365  # packages bought within


@dataclass(frozen=True, kw_only=True)
class TencentAccess:
    """Where the provider is called, as whom, and under which filed signature."""

    url: str
    key_id: str
    key_secret: str
    app_id: str
    signature: str
    region: str = "ap-guangzhou"
    within: float = 5.0

    def __repr__(self) -> str:
        return f"TencentAccess({self.url})"


class Tencent(Templated):
    """Sends our templates by the ids that Tencent gave them."""

    name = "tencent"

    def __init__(self, access: TencentAccess, codes: Codes, *, clock: Clock) -> None:
        super().__init__(codes)
        self._access, self._clock = access, clock
        self._caller = Caller(access.within)

    def try_form(self, outgoing: Outgoing, form: Chosen) -> Outcome:
        answer = self._call("SendSms", {
            "PhoneNumberSet": [f"+86{outgoing.number}"], "SignName": self._access.signature,
            "TemplateId": form.code, "TemplateParamSet": list(form.values.values()),
            "SessionContext": outgoing.attempt_id,
        })
        if not isinstance(answer, httpx.Response):
            return answer
        return outcome_of(answer.status_code, _response(answer))

    def try_look_up(self, attempt: Attempt) -> Report | None:
        """Receipts of that number since the attempt. One that is not among them may still come."""
        rows = self._rows("PullSmsSendStatusByPhoneNumber", {
            "PhoneNumber": f"+86{attempt.number}", "Offset": 0, "Limit": MOST,
            "BeginTime": int(attempt.started_at.timestamp()) - 60,
        })
        for report in map(_pulled, rows):
            if attempt.attempt_id == report.attempt_id or (
                attempt.provider_ref and attempt.provider_ref == report.provider_ref
            ):
                return report
        return None

    def try_pull(self) -> list[Report]:
        """What the queue at Tencent holds, up to 100; each is given once."""
        return [_pulled(row) for row in self._rows("PullSmsSendStatus", {"Limit": MOST})]

    def try_balance(self) -> Balance | None:
        """Messages left in the packages that were bought within a year."""
        now = self._clock().astimezone(SHANGHAI)
        answer = self._call("SmsPackagesStatistics", {
            "Limit": MOST, "Offset": 0, "EndTime": f"{now:%Y%m%d%H}",
            "BeginTime": f"{now - timedelta(days=BALANCE_DAYS):%Y%m%d%H}",
        })
        if not isinstance(answer, httpx.Response):
            return None
        packages = _response(answer).get("SmsPackagesStatisticsSet")
        if not isinstance(packages, list):
            return None
        left = sum(one["PackageAmount"] - one["CurrentUsage"] for one in packages)
        return Balance(left=left, unit="messages")

    def close(self) -> None:
        self._caller.close()

    def _rows(self, action: str, asked: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
        answer = self._call(action, asked)
        if not isinstance(answer, httpx.Response):
            return []
        rows = _response(answer).get("PullSmsSendStatusSet")
        return rows if isinstance(rows, list) else []

    def _call(self, action: str, asked: Mapping[str, Any]) -> Answer:
        access, now = self._access, self._clock()
        content = json.dumps({"SmsSdkAppId": access.app_id, **asked}, ensure_ascii=False).encode()
        signed = {"content-type": "application/json; charset=utf-8",
                  "host": urlsplit(access.url).netloc}
        authorization = tc3(signed, content, service="sms", at=now, key_id=access.key_id,
                            key_secret=access.key_secret)
        headers = {
            **signed, "authorization": authorization, "x-tc-action": action,
            "x-tc-version": "2021-01-11", "x-tc-timestamp": str(int(now.timestamp())),
            "x-tc-region": access.region,
        }
        return self._caller.post(access.url, headers, content)


def outcome_of(status: int, told: Mapping[str, Any]) -> Outcome:
    """What an answer of SendSms means: the request's error, else the fate of the one number."""
    if error := told.get("Error"):
        return _refused(error.get("Code"))
    match told.get("SendStatusSet"):
        case [{"Code": "Ok", "SerialNo": str(serial)}] if status < 300:
            return Accepted(provider_ref=serial or None)
        case [{"Code": code}] if code != "Ok":
            return _refused(code)
    return Refused(f"http_{status}", "ambiguous", listed=status >= 500)


def report_of(item: Mapping[str, Any]) -> Report:
    """A row of the callback, already checked; times are local (+08:00)."""
    at = item.get("user_receive_time")
    return Report(
        state="delivered" if item["report_status"] == "SUCCESS" else "failed",
        attempt_id=item.get("ext") or None, provider_ref=item.get("sid"),
        code=clean(item.get("errmsg")), at=at.replace(tzinfo=SHANGHAI) if at else None,
    )


def _pulled(row: Mapping[str, Any]) -> Report:
    at = row.get("UserReceiveTime")
    return Report(
        state="delivered" if row.get("ReportStatus") == "SUCCESS" else "failed",
        attempt_id=row.get("SessionContext") or None, provider_ref=row.get("SerialNo"),
        code=clean(row.get("Description")),
        at=datetime.fromtimestamp(at, UTC) if isinstance(at, int) and at > 0 else None,
    )


def _refused(code: object) -> Refused:
    return refused(TABLE, code, WAITS.get(str(code)))


def _response(answer: httpx.Response) -> Mapping[str, Any]:
    inner = told_in(answer).get("Response")
    return inner if isinstance(inner, dict) else {}
