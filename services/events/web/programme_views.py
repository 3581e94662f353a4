"""What the staff's programme pages show, by the kind of the programme."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from kernel.clock import SHANGHAI, local_day
from kernel.rights import Scope
from services.events.domain.entitlement import Entitlement
from services.events.domain.programme import OWNERS, STREETS, WINGS, Programme
from services.events.usecases import activities, entitling, programmes, records, tracking
from services.events.usecases.activities import Listed
from services.events.usecases.application import Events

Query = Mapping[str, Any]
Values = dict[str, Any]

KINDS = {
    "shift": "志愿服务", "gathering": "活动", "visit": "走访慰问", "appointment": "预约服务",
    "benefit": "优惠窗口", "course": "网上课程", "worklist": "工作清单",
}
OWNER_NAMES = dict(zip(OWNERS, ("共青团", "工会", "妇联", "综合"), strict=True))
NOTICES = {
    "redeemed": "已核销。", "granted": "资格已登记。", "revoked": "资格已撤销，从今天起无效。",
    "added": "已加入清单。", "finished": "已办结。", "reopened": "已重新打开。",
    "visited": "走访已记录。",
}
LABELS = {
    "person_ref": "代号", "window": "窗口", "occupation": "职业", "valid_until": "有效期至",
    "by": "经办", "item": "事项", "category": "类别", "owner": "责任单位", "due_on": "期限",
    "evidence": "佐证", "reason": "原因", "household_ref": "家庭代号", "street": "街道",
    "day": "日期", "goods": "物资", "visited_by": "走访人", "station": "站点",
    "first_day": "第一天", "last_day": "最后一天", "state": "状态", "key": "表单",
}
STATES = {"open": "未办结", "done": "已办结"}
MOST_ACTIVITIES = 100
PLAN_DAYS = 28


def by_wing(app: Events, limits: Scope) -> list[Values]:
    """Programmes within the limits under their wings, in the department's order."""
    found = [each for each in programmes.list_programmes(app)
             if not limits.programmes or each["key"] in limits.programmes]
    return [
        {"wing": wing, "programmes": [each for each in found if each["wing"] == wing]}
        for wing in WINGS
    ]


def notice(query: Query) -> str:
    """What was just done, in words."""
    if query["done"] != "planned":
        return NOTICES.get(query["done"] or "", "")
    words = [f"排了 {query['planned']} 天"]
    if query["already"]:
        words.append(f"{query['already']} 天早已排过，没有改动")
    if query["skipped"]:
        words.append(f"{query['skipped']} 天是节假日、停办日或已过去，没有排")
    if query["provisional"]:
        words.append("其中有的年份还没有公布节假日，只按每周开放时间排，公布后请核对")
    return "；".join(words) + "。"


def benefit(app: Events, programme: Programme, query: Query, limits: Scope) -> Values:
    """Windows, the day's redemptions, who is entitled."""
    day = query["day"] or local_day(app.clock())
    redeemed = records.list_redemptions(app, programme.key, first_day=day, last_day=day,
                                        limits=limits)
    titles = {each.key: each.title for each in programme.windows}
    return {
        "options": {
            "window": [(each.key, each.title) for each in programme.windows],
            "occupation": _same(programme.entitled), "street": _same(STREETS),
        },
        "day": day, "is_today": day == local_day(app.clock()),
        "redeemed": [
            {**each, "window": titles.get(each["window"], each["window"]),
             "time": each["at"].astimezone(SHANGHAI).strftime("%H:%M")}
            for each in redeemed
        ],
        "entitlements": [
            {**vars(each), "holds": each.holds_on(local_day(app.clock()))}
            for each in _entitled(app, programme, query, limits)
        ],
    }


def worklist(app: Events, programme: Programme, query: Query, limits: Scope) -> Values:
    """The items that the filters leave, and what there is in all."""
    everything = [] if limits.streets else tracking.list_work_items(app, programme.key)
    shown = [
        each for each in everything
        if query["state"] in (None, each["state"]) and query["owner"] in (None, each["owner"])
        and (each["overdue"] or not query["overdue"])
        and query["category"] in (None, each["category"])
    ]
    return {
        "items": shown, "total": len(everything),
        "finished": sum(each["state"] == "done" for each in everything),
        "overdue": sum(each["overdue"] for each in everything),
        "options": {
            "owner": _same({each["owner"] for each in everything if each["owner"]}),
            "category": _same(programme.categories or {each["category"] for each in everything}),
        },
    }


def visit(app: Events, programme: Programme, query: Query, limits: Scope) -> Values:
    """Visits on the days asked for, the latest first."""
    found = records.list_visits(app, programme.key, first_day=query["first_day"],
                                last_day=query["last_day"], limits=limits)
    return {"options": {"street": _same(STREETS)}, "visits": [_visit(each) for each in found],
            "households": len({each["household_ref"] for each in found})}


def appointment(app: Events, programme: Programme, query: Query, limits: Scope) -> Values:
    """Stations with their weeks, and the days that are planned from today on."""
    today = local_day(app.clock())
    found = activities.list_activities(app, programme=programme.key,
                                       first_day=query["first_day"] or today, limits=limits)
    stations = [(each.key, each.title) for each in programme.stations]
    return {"activities": [_activity(each) for each in found[:MOST_ACTIVITIES]],
            "options": {"station": stations}, "last_day": today + timedelta(days=PLAN_DAYS - 1)}


def gathering(app: Events, programme: Programme, query: Query, limits: Scope) -> Values:
    """Activities on the days asked for, the latest first."""
    found = activities.list_activities(
        app, programme=programme.key, first_day=query["first_day"], last_day=query["last_day"],
        limits=limits,
    )
    return {"activities": [_activity(each) for each in reversed(found)][:MOST_ACTIVITIES],
            "found": len(found)}


def _entitled(app: Events, programme: Programme, query: Query,
              limits: Scope) -> list[Entitlement]:
    """Who is entitled belongs to no street."""
    if limits.streets:
        return []
    return entitling.list_entitlements(app, programme.key, person_ref=query["person"])


# Template and values of each kind; the last: whether it lists people or households.
PAGES: Mapping[str, tuple[str, Callable[[Events, Programme, Query, Scope], Values], bool]] = {
    "benefit": ("programmes/benefit.html", benefit, True),
    "worklist": ("programmes/worklist.html", worklist, False),
    "visit": ("programmes/visit.html", visit, True),
    "appointment": ("programmes/appointment.html", appointment, False),
    "gathering": ("programmes/activities.html", gathering, False),
    "shift": ("programmes/activities.html", gathering, False),
    "course": ("programmes/activities.html", gathering, False),
}


def always(app: Events) -> Values:
    """What every page of a programme may use."""
    today = local_day(app.clock())
    return {"kinds": KINDS, "owner_names": OWNER_NAMES, "states": STATES, "today": today}


def changes(item: Mapping[str, Any]) -> list[Values]:
    """An item's history as it is read, the latest first."""
    return [
        {"at": change.at, "by": change.by or "—", "reason": change.reason or "",
         "what": "；".join(_difference(change.before, change.after))}
        for change in reversed(item["changes"])
    ]


def _difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    def said(name: str, value: Any) -> str:
        return STATES.get(value, value) if name == "state" else _written(value)

    if not before:
        return ["立项", *(f"{LABELS[name]} {said(name, after[name])}"
                          for name in ("owner", "due_on") if after.get(name))]
    return [f"{LABELS[name]} {said(name, before[name])} → {said(name, after[name])}"
            for name in after]


def _written(value: Any) -> str:
    return "无" if value is None else str(value)


def _visit(kept: Mapping[str, Any]) -> Values:
    goods = "、".join(_counted(each) for each in kept["goods"])
    return {**kept, "goods": goods or None, "visited_by": kept.get("visited_by")}


def _same(words: Iterable[str]) -> list[tuple[str, str]]:
    """Words to choose from that stand for themselves; a set in a fixed order."""
    listed = sorted(words) if isinstance(words, set) else words
    return [(word, word) for word in listed]


def _counted(good: Mapping[str, Any]) -> str:
    return good["name"] if good["quantity"] == 1 else f"{good['name']} × {good['quantity']}"


def _activity(listed: Listed) -> Values:
    sessions = listed.sessions
    return {
        "activity_id": listed.activity.activity_id, "title": listed.activity.title,
        "first_start": listed.activity.first_start.astimezone(SHANGHAI),
        "where": f"{listed.activity.street} · {listed.activity.place}",
        "sessions": len(sessions), "closed": sum(each.closed_at is not None for each in sessions),
        "capacity": sum(each.capacity for each in sessions),
        "taken": sum(each.taken for each in sessions),
        "waiting": sum(each.waiting for each in sessions),
    }
