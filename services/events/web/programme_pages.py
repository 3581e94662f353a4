"""The staff's pages of programmes, one by kind; they work without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from marshmallow import EXCLUDE, Schema, fields, validate
from werkzeug.wrappers import Response

from kernel.clock import local_day, new_id
from kernel.pages import Pages, see
from kernel.web import DESK, ORGANISER, VIEWER, Call, door
from kernel.web.fields import Day
from kernel.web.scope import WITHIN
from services.events.domain import broken
from services.events.usecases import entitling, planning, records, tracking
from services.events.usecases.application import Events
from services.events.usecases.programmes import one_programme
from services.events.web import programme_forms as forms
from services.events.web import programme_views as views
from services.events.web.places import of_part, of_programme

BASE = "/staff/programmes/<string:key>"
Order = Callable[[dict[str, Any]], "dict[str, Any] | None"]


class PageQuery(Schema):
    """Filters of the lists, and what was just done; what another kind filters by is not heeded."""

    class Meta:
        unknown = EXCLUDE

    state = fields.String(load_default=None, validate=validate.OneOf(list(views.STATES)))
    owner = fields.String(load_default=None)
    category = fields.String(load_default=None)
    overdue = fields.Boolean(load_default=False)
    person = fields.String(load_default=None)
    day = Day(load_default=None)
    first_day = Day(data_key="from", load_default=None)
    last_day = Day(data_key="to", load_default=None)
    done = fields.String(load_default=None)
    planned = fields.Integer(load_default=0)
    already = fields.Integer(load_default=0)
    skipped = fields.Integer(load_default=0)
    provisional = fields.Integer(load_default=0)


QUERY = PageQuery()


class ProgrammePages:
    """All programmes by wing, and what staff do for each by its kind."""

    app: Events
    pages: Pages

    @door("GET", "/staff/programmes", allow=VIEWER, scope=WITHIN)
    def programmes_page(self, call: Call) -> Response:
        """Every programme within one's limits with its kind."""
        return self.pages.render("programmes/index.html", call=call, **views.always(self.app),
                                 wings=views.by_wing(self.app, call.rights.scope))

    @door("GET", BASE, allow=VIEWER, scope=of_part, query=QUERY)
    def programme_page(self, call: Call, key: str) -> Response:
        """A programme, by its kind."""
        return self._programme(call, key, call.query)

    @door("POST", f"{BASE}/redemptions", allow=DESK, scope=of_programme, form=forms.RedeemForm(),
          audit="none")
    def redeem_page(self, call: Call, key: str) -> Response:
        """A benefit is taken at a window, now."""

        def order(told: dict[str, Any]) -> None:
            once = forms.once_of("redeem", key, told)
            window = one_programme(self.app, key).window(told["window"])
            street = told.get("street") or (window.street if window else "")
            record = {"person_ref": told["person_ref"], "window": told["window"],
                      "street": street, "at": self.app.clock()}
            records.record_redemption(self.app, key, record, once=once)

        return self._done(call, key, "redeem", "redeemed", order)

    @door("POST", f"{BASE}/entitlements", allow=DESK, scope=of_programme, form=forms.GrantForm())
    def grant_page(self, call: Call, key: str) -> Response:
        """Somebody is entitled."""

        def order(told: dict[str, Any]) -> None:
            once = forms.once_of("grant", key, told)
            entitling.grant(self.app, key, told, once=once)

        return self._done(call, key, "grant", "granted", order)

    @door("POST", f"{BASE}/entitlements/<string:entitlement_id>/revoke", allow=DESK,
          scope=of_programme, form=forms.RevokeForm())
    def revoke_page(self, call: Call, key: str, entitlement_id: str) -> Response:
        """An entitlement ends today."""
        return self._done(call, key, "revoke", "revoked",
                          lambda _: entitling.revoke(self.app, key, entitlement_id))

    @door("POST", f"{BASE}/visits", allow=DESK, scope=of_programme, form=forms.VisitForm(),
          audit="none")
    def visit_page(self, call: Call, key: str) -> Response:
        """A household was visited."""

        def order(told: dict[str, Any]) -> None:
            once = forms.once_of("visit", key, told)
            records.record_visit(self.app, key, told, once=once)

        return self._done(call, key, "visit", "visited", order)

    @door("POST", f"{BASE}/slots", allow=ORGANISER, scope=of_programme, form=forms.SlotsForm())
    def slots_page(self, call: Call, key: str) -> Response:
        """The slots of a station for a range of days."""

        def order(told: dict[str, Any]) -> dict[str, Any]:
            del told["key"]  # a day that is planned stays as it is, however often it is asked
            answer = planning.plan_slots(self.app, key, **told)
            return {name: len(answer[name])
                    for name in ("planned", "already", "skipped", "provisional")}

        return self._done(call, key, "slots", "planned", order)

    @door("POST", f"{BASE}/work-items", allow=DESK, scope=of_programme, form=forms.ItemForm(),
          audit="none")
    def add_item_page(self, call: Call, key: str) -> Response:
        """A new item of a work list."""

        def order(told: dict[str, Any]) -> None:
            once = forms.once_of("item", key, told)
            record = {**told, "state": "open", "day": local_day(self.app.clock())}
            records.record_work_item(self.app, key, record, new=True, once=once)

        return self._done(call, key, "item", "added", order)

    @door("GET", f"{BASE}/work-items/<string:item_id>", allow=VIEWER, scope=of_programme,
          query=QUERY)
    def item_page(self, call: Call, key: str, item_id: str) -> Response:
        """An item with its history, and what can be done with it."""
        return self._item(call, key, item_id, said=views.notice(call.query))

    @door("POST", f"{BASE}/work-items/<string:item_id>", allow=DESK, scope=of_programme,
          form=forms.StateForm())
    def change_item_page(self, call: Call, key: str, item_id: str) -> Response:
        """An item is done, with evidence, or open again, with a reason."""
        form = call.form
        assert form is not None
        if form.values is None:
            return self._item(call, key, item_id, typed=form.typed, wrong=form.errors, status=422)
        told = dict(form.values)
        once = forms.once_of("state", f"{key}/{item_id}", told)
        try:
            if told["state"] == "done":
                tracking.finish(self.app, key, item_id, evidence=told.get("evidence"),
                                by=told.get("by"), once=once)
            else:
                tracking.reopen(self.app, key, item_id, reason=told.get("reason"),
                                by=told.get("by"), once=once)
        except broken.BrokenRule as refused:
            return self._item(call, key, item_id, typed=form.typed, wrong=_reasons(refused),
                              status=409)
        done = "finished" if told["state"] == "done" else "reopened"
        return see(f"/staff/programmes/{key}/work-items/{item_id}?done={done}")

    def _done(self, call: Call, key: str, prefix: str, done: str, order: Order) -> Response:
        """Carries the form out and leads back to the programme, or shows it again with what is
        wrong and what was typed."""
        form = call.form
        assert form is not None
        query = QUERY.load({})
        if form.values is None:
            return self._programme(call, key, query, prefix=prefix, typed=form.typed,
                                   wrong=form.errors, status=422)
        try:
            more = order(dict(form.values)) or {}
        except broken.UnknownProgramme:
            raise
        except broken.BrokenRule as refused:
            return self._programme(call, key, query, prefix=prefix, typed=form.typed,
                                   wrong=_reasons(refused), status=409)
        return see(f"/staff/programmes/{key}?{urlencode({'done': done, **more})}")

    def _programme(self, call: Call, key: str, query: Mapping[str, Any], *, prefix: str = "",
                   typed: Mapping[str, Any] | None = None,
                   wrong: Mapping[str, list[str]] | None = None, status: int = 200) -> Response:
        programme = one_programme(self.app, key)
        template, values, lists_people = views.PAGES[programme.kind]
        if lists_people and programme.confidential and not call.confidential:
            template, values = "programmes/confidential.html", _nothing
        return self.pages.render(
            template, call=call, status=status, programme=programme, query=query,
            said=views.notice(query), key=new_id(), **_faults(prefix, typed, wrong),
            **views.always(self.app), **values(self.app, programme, query, call.rights.scope),
        )

    def _item(self, call: Call, key: str, item_id: str, *, said: str = "",
              typed: Mapping[str, Any] | None = None,
              wrong: Mapping[str, list[str]] | None = None, status: int = 200) -> Response:
        item = tracking.one_work_item(self.app, key, item_id)
        return self.pages.render(
            "programmes/item.html", call=call, status=status,
            programme=one_programme(self.app, key), item=item,
            changes=views.changes(item), said=said, key=new_id(),
            **_faults("state", typed, wrong), **views.always(self.app),
        )


def _nothing(*_: Any) -> dict[str, Any]:
    return {}


def _reasons(refused: broken.BrokenRule) -> Mapping[str, list[str]]:
    """Which field a refusal is about; the whole form, when it is about none."""
    reasons: Mapping[str, list[str]] = getattr(refused, "errors", None) or {"": [str(refused)]}
    return reasons


def _faults(prefix: str, typed: Mapping[str, Any] | None,
            wrong: Mapping[str, list[str]] | None) -> dict[str, Any]:
    """What was typed and what is wrong with it, by the names that the page gives its fields."""
    errors = {f"{prefix}.{name}" if name else prefix: list(why)
              for name, why in (wrong or {}).items()}
    labels = {name: views.LABELS.get(name.rpartition(".")[2], "") for name in errors}
    return {"typed": typed or {}, "errors": errors, "prefix": prefix,
            "labels": {name: label for name, label in labels.items() if label}}
