"""The console's page of a subscriber's webhook: how it stands, its calls, and what can be done.

What is done here only writes to the database; the process that calls receivers does the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from marshmallow import EXCLUDE, Schema, fields, validate
from werkzeug.wrappers import Response

from kernel.clock import new_id
from kernel.mongo import available
from kernel.pages import Pages, see
from kernel.pages.once import PageForm, once_of_typed
from kernel.transaction import Once
from kernel.web import OPERATOR, Call, Problem, door
from kernel.web.problem import status_of
from kernel.web.scope import of_all
from services.city.domain.broken import NotNow, UnknownFact, UnknownSubscriber
from services.city.domain.granting import granted
from services.city.domain.subscriber import Subscriber
from services.city.domain.webhook import Attempt
from services.city.usecases import webhooking
from services.city.usecases.application import City
from services.city.web.subscriber_pages import webhook_of

CALLS = "/staff/subscribers/<string:name>/calls"
SHOWN = 50  # calls on a page
ACTIONS = {"ping": "发送测试", "pause": "暂停回调", "resume": "恢复回调", "replay": "重发一段"}
DONE = {"ping": "测试已排队，几秒后刷新可以看到结果", "pause": "已暂停，事实不会丢失",
        "resume": "已恢复，从停下的地方继续", "replay": "已排队重发", "again": "已排队重发"}
OUTCOMES = {"delivered": ("已送达", "good"), "failed": ("失败", "warn"),
            "given_up": ("已放弃", "bad")}
KINDS = {"fact": "事实", "replay": "重发", "ping": "测试"}

WHY = (  # what stands in the log of calls, and what a page says of it
    ("not followed", "要求转到别处，没有跟随"), ("not called", "地址不在允许的网络内，没有调用"),
    ("no whole answer", "没有在规定时间内答完"), ("no connection within", "连接超时"),
    ("name is not known", "找不到域名"), ("certificate", "证书不可信"),
    ("refused", "拒绝连接"), ("reset", "断开了连接"), ("answered", "答复不是成功"),
)


class CallsQuery(Schema):
    """Which calls, and what was just done."""

    class Meta:
        unknown = EXCLUDE

    failed = fields.String(load_default="", validate=validate.OneOf(["", "yes"]))
    page = fields.Integer(load_default=1, validate=validate.Range(1, 1000))
    done = fields.String(load_default="", validate=validate.Length(max=10))


class OrderForm(PageForm):
    """What to do; a range of positions to bring again, or one fact by its id (`again`)."""

    action = fields.String(required=True, validate=validate.OneOf([*ACTIONS, "again"]),
                           error_messages={"required": "请选择操作"})
    first = fields.String(load_default="")
    last = fields.String(load_default="")
    id = fields.String(load_default="", validate=validate.Length(max=255))


class CallPages:
    """Mixed into the service's class for HTTP."""

    app: City
    pages: Pages
    errors: ClassVar[Mapping[type[Exception], Problem]]

    @door("GET", CALLS, allow=OPERATOR, scope=of_all, query=CallsQuery())
    def calls_page(self, call: Call, name: str) -> Response:
        """The calls to a subscriber's receiver with its answers, and what can be done; of one that
        has no webhook, the command that sets one."""
        return self._calls(call, name, {"key": new_id()}, query=call.query)

    @door("POST", CALLS, allow=OPERATOR, scope=of_all, form=OrderForm())
    def calls_order(self, call: Call, name: str) -> Response:
        """Pauses, resumes, tests, or brings facts again; or says why not."""
        form = call.form
        assert form is not None
        if form.values is None:
            return self._calls(call, name, form.typed, form.errors, status=422)
        try:
            self._ordered(name, form.values, once_of_typed(f"webhook:{name}", form.typed))
        except (NotNow, UnknownFact) as refused:
            return self._calls(call, name, form.typed, {"first": [_said(refused)]},
                               status=status_of(refused, self.errors))
        return see(f"/staff/subscribers/{name}/calls?done={form.values['action']}")

    def _ordered(self, name: str, values: Mapping[str, Any], once: Once) -> None:
        action = values["action"]
        if action == "ping":
            webhooking.ping(self.app, name, once=once)
        elif action == "pause":
            webhooking.pause(self.app, name, "by an operator", once=once)
        elif action == "resume":
            webhooking.resume(self.app, name, once=once)
        elif action == "again":
            webhooking.replay_one(self.app, name, values["id"], once=once)
        else:
            first, last = _position(values["first"]), _position(values["last"])
            if first is None:
                raise NotNow
            webhooking.replay(self.app, name, first=first, last=last, once=once)

    def _calls(self, call: Call, name: str, typed: Mapping[str, Any],
               errors: Mapping[str, Sequence[str]] | None = None, *, status: int = 200,
               query: Mapping[str, Any] | None = None) -> Response:
        asked = query or {"failed": "", "page": 1, "done": ""}
        with available():
            subscriber = self.app.store.subscribers.of(name)
            if subscriber is None:
                raise UnknownSubscriber(name)
            stands = _stands(self.app, subscriber)
            found = self.app.store.calls.latest(
                name, failed=bool(asked["failed"]), skip=(asked["page"] - 1) * SHOWN,
                limit=SHOWN + 1)
        return self.pages.render(
            "staff/calls.html", call=call, status=status, name=name, **stands,
            is_called=subscriber.state == "active", calls=found[:SHOWN],
            more=len(found) > SHOWN, query=asked, typed=typed, errors=errors or {},
            done=DONE.get(asked["done"], ""), actions=ACTIONS, outcomes=OUTCOMES, kinds=KINDS,
            why=why)


def _stands(city: City, subscriber: Subscriber) -> dict[str, Any]:
    """How its webhook stands, for the page; `webhook` is None where it has none."""
    webhook, kept = webhook_of(city, subscriber.name), city.store.lines.of(subscriber.name)
    if webhook is None or kept is None:
        return {"webhook": None}
    behind = city.store.feed.tallies.behind(kept.line.cursor, granted(subscriber.facts))
    return {"webhook": webhook, "line": kept.line, "behind": behind,
            "replays": city.store.orders.replays(subscriber.name)}


def why(call: Attempt) -> str:
    """Why it failed, in a few words; the log's own stand below them."""
    found = next((words for part, words in WHY if part in call.error), "没有成功")
    return f"答复 {call.status}" if call.status and found == WHY[-1][1] else found


def _position(text: str) -> int | None:
    """Raises NotNow for what is no number."""
    if not text.strip():
        return None
    if not text.strip().isdecimal() or len(text.strip()) > 15:
        raise NotNow
    return int(text)


def _said(refused: Exception) -> str:
    if isinstance(refused, UnknownFact):
        return "公开事实中没有这个编号"
    return "没有可以重发的：请填写已经送过的位置，从第一条到最后一条，用数字"
