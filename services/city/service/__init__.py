"""The city service: its doors for other systems and operators, and what it hears."""

from __future__ import annotations

from typing import ClassVar

from kernel.application import Application, TokenRights
from kernel.audit.pages import AuditPages
from kernel.consume.hear import hear
from kernel.envelope import Envelope
from kernel.logins import keep_accounts
from kernel.pages import Pages
from kernel.sign_in import Console, SignInPages
from kernel.web.problem import Problem
from services.city.domain.broken import (
    Ahead,
    AskedTooOften,
    BadSubscriberName,
    Forgotten,
    NotGranted,
    NotNow,
    NotOutside,
    NotPublic,
    SubscriberThere,
    Suspended,
    TooManyWaiting,
    UnknownFact,
    UnknownPattern,
    UnknownSubscriber,
    UnknownWebhook,
    WrongUrl,
)
from services.city.service.feed import FeedDoors, bearers
from services.city.service.parts import build
from services.city.web import WEB
from services.city.web.call_pages import CallPages
from services.city.web.contract_pages import ContractPages
from services.city.web.subscriber_pages import SubscriberPages

__all__ = ["ERRORS", "Facts", "Http", "build"]

ERRORS: dict[type[Exception], Problem] = {
    UnknownPattern: Problem(422, "unknown_pattern"),
    NotPublic: Problem(422, "not_public"),
    BadSubscriberName: Problem(422, "bad_subscriber_name", "订阅方的名称不正确"),
    SubscriberThere: Problem(409, "subscriber_there", "已有同名的订阅方"),
    Suspended: Problem(403, "suspended", "订阅已暂停"),
    NotGranted: Problem(403, "not_granted", "未获授权的事实"),
    Forgotten: Problem(410, "forgotten", "该位置已超出保存期"),
    Ahead: Problem(422, "ahead", "该位置尚未产生"),
    AskedTooOften: Problem(429, "asked_too_often", "请求太频繁，请稍后再试"),
    TooManyWaiting: Problem(429, "too_many_waiting", "同时等待的请求过多"),
    UnknownSubscriber: Problem(404, "unknown_subscriber", "没有这个订阅方"),
    UnknownWebhook: Problem(404, "unknown_webhook", "该订阅方没有设置回调"),
    WrongUrl: Problem(422, "wrong_url", "回调地址不正确"),
    NotOutside: Problem(422, "not_outside", "回调地址不在允许的网络内"),
    UnknownFact: Problem(404, "unknown_fact", "公开事实中没有这个编号"),
    NotNow: Problem(409, "not_now", "现在不能这样做"),
}
CONSOLE: Console = (("/staff/subscribers", "订阅方", ""),)


class Http(FeedDoors, ContractPages, SubscriberPages, CallPages, SignInPages, AuditPages):
    """For other systems, and for operators."""

    name = "city-http"
    app = Application(build)
    errors: ClassVar = ERRORS
    bearers: ClassVar = staticmethod(bearers)
    rights_by_token = TokenRights()
    console = CONSOLE
    pages = Pages(WEB, service="city", console=CONSOLE)


class Facts:
    """For facts of the other services."""

    name = "city-facts"
    max_workers = 2
    app = Application(build)

    @hear("city.keep-accounts")
    def keep_accounts(self, heard: list[Envelope]) -> None:
        """Who may act, and who signed out."""
        keep_accounts(self.app.transactions, "city.keep-accounts", heard)
