"""How long what is kept of people, by setting: a job forgets the rest, a report says it (C-31).

Who asked to be forgotten is forgotten at once (`own_data`); this is for who never asked.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from kernel.answers import KEPT_DAYS as ANSWERS_KEPT
from kernel.clock import local_day
from kernel.outbox import KEPT_DAYS as OUTBOX_KEPT
from kernel.retention import Kept, Retention
from kernel.transaction import Transaction
from services.events.usecases.application import Events
from services.events.usecases.following import forget

AT_ONCE = 100
UNANSWERED = timedelta(days=30)  # what a family was asked, and nobody agreed to


def retention(app: Events) -> Retention:
    """The classes of this service."""
    kept, there = app.policy.retention, app.store.retention
    return Retention(app.transactions.database, "events", [
        Kept(key="contacts", what="联系方式和身份信息：很久没有参加任何活动的人",
             period=kept.contacts, source="RETAIN_CONTACTS", oldest=there.oldest_contact,
             forget=partial(_forget_contacts, app),
             is_past=lambda before: bool(there.without_dealings(before, limit=1))),
        Kept(key="words", what="组织者写给报名人的话、强制签到的原因", period=kept.words,
             source="RETAIN_WORDS", oldest=there.oldest_words, forget=partial(_forget_words, app)),
        Kept(key="absences", what="缺席记录及申诉", period=kept.words, source="RETAIN_WORDS",
             oldest=there.oldest_absence, forget=partial(_forget, app, there.forget_absences)),
        Kept(key="entitlements", what="已到期或撤销的领取资格", period=kept.entitlements,
             source="RETAIN_ENTITLEMENTS", forget=partial(_forget_entitlements, app)),
        Kept(key="prepared", what="报名前准备好的同行人：报名结束一天后（数据库自动清除）"),
        Kept(key="copies", what=f"发给其他服务的联系方式：加密副本，{OUTBOX_KEPT} 天；"
                                f"重复提交的回答，{ANSWERS_KEPT} 天（数据库自动清除）"),
        *_of_staff(app),
        Kept(key="looks", what="查阅未成年人资料的申请和决定", period=kept.words,
             source="RETAIN_WORDS", oldest=app.store.looks.oldest,
             forget=partial(_forget, app, app.store.looks.forget_before)),
        Kept(key="family_asked", what="家人：没有答复或没有同意的请求", period=UNANSWERED,
             oldest=app.store.family.oldest_unanswered,
             forget=partial(_forget, app, app.store.family.forget_unanswered)),
        Kept(key="family", what="家人和监护人的同意：作为依据长期保存，只与代号关联"),
        Kept(key="consents", what="监护人同意：作为依据长期保存，只与代号关联"),
        Kept(key="records", what="报名、签到、领取、走访：长期保存，只与代号关联"),
    ])


def _of_staff(app: Events) -> list[Kept]:
    there, kept = app.store.staff_retention, app.policy.retention.staff
    return [
        Kept(key="staff_accounts", what="停用的工作人员账号的密码、验证器和本人代号；账号名保留，"
                                        "审计日志要用", period=kept, source="RETAIN_STAFF",
             oldest=there.oldest_shut, forget=partial(_forget, app, there.forget_secrets)),
        Kept(key="staff_logins", what="工作人员的登录：到期一天后", period=timedelta(days=1),
             oldest=there.oldest_login, forget=partial(_forget, app, there.forget_logins)),
        Kept(key="staff_requests", what="授权的申请和决定", period=kept, source="RETAIN_STAFF",
             oldest=there.oldest_request, forget=partial(_forget, app, there.forget_requests)),
    ]


def _forget(app: Events, older: Callable[..., int], before: datetime) -> int:
    return app.transactions.run(lambda transaction: older(before, within=transaction))


def _forget_contacts(app: Events, before: datetime) -> int:
    done = 0
    while refs := app.store.retention.without_dealings(before, limit=AT_ONCE):
        app.transactions.run(partial(_forget_people, app, refs))
        done += len(refs)
    return done


def _forget_people(app: Events, refs: list[str], transaction: Transaction) -> None:
    forget(app, refs, transaction)


def _forget_words(app: Events, before: datetime) -> int:
    done = 0
    while over := app.store.retention.sessions_over(before, limit=AT_ONCE):
        for session_id in over:
            app.transactions.run(partial(_forget_words_of, app, session_id))
        done += len(over)
    return done


def _forget_words_of(app: Events, session_id: str, transaction: Transaction) -> None:
    ids = [each.registration_id for each in app.store.registrations.all(session_id)]
    app.store.registrations.forget_words(ids, within=transaction)
    app.store.scans.forget_reasons([session_id], within=transaction)
    app.store.retention.words_erased(session_id, within=transaction)


def _forget_entitlements(app: Events, before: datetime) -> int:
    return app.transactions.run(lambda transaction: app.store.retention.forget_entitlements(
        local_day(before), before, within=transaction))
