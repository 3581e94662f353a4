"""The doors of messages: what became of them, and the demonstration phone."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from kernel import metrics
from kernel.pages import Pages
from kernel.retention import StandingAnswer
from kernel.sheets import formats
from kernel.web import ANYONE, CASEWORKER, OPERATOR, Call, Problem, Refused, door
from kernel.web.files import sheet
from kernel.web.scope import of_all
from services.notifications import schemas
from services.notifications.usecases import forgetting, operating
from services.notifications.usecases.application import App
from services.notifications.usecases.watching import account
from services.notifications.web.acting import acting_of
from services.notifications.web.message_tables import messages_table

LISTED, MOST = 200, 10_000


class MessageDoors:
    """For staff, and for whoever watches a demonstration."""

    app: App
    pages: Pages

    @door("GET", "/api/messages", allow=OPERATOR, scope=of_all, query=schemas.MessageQuery(),
          answer=schemas.MessageAnswer(many=True))
    def messages(self, call: Call) -> Any:
        """The latest messages and what became of them."""
        asked = call.query
        return self.app.store.messages.latest(
            person_ref=asked["person_ref"], state=asked["status"], limit=LISTED
        )

    @door("GET", "/api/people/<string:person_ref>/messages", allow=CASEWORKER, scope=of_all,
          answer=schemas.MessageAnswer(many=True))
    def messages_of_person(self, call: Call, person_ref: str) -> Any:
        """Every message to one person: what for, when and what became of it, for their own data
        (C-29); neither number nor text."""
        return self.app.store.messages.latest(person_ref=person_ref, state=None, limit=MOST)

    @door("GET", "/api/people/<string:person_ref>/messages.<any(csv, xlsx):form>",
          allow=CASEWORKER, scope=of_all, gives=tuple(formats.KINDS.values()))
    def messages_of_person_sheet(self, call: Call, person_ref: str, form: str) -> Response:
        """The same as a sheet."""
        found = self.app.store.messages.latest(person_ref=person_ref, state=None, limit=MOST)
        metrics.count("xiangxin_exports_total", what="messages", who="caseworker")
        table = messages_table(schemas.MessageAnswer(many=True).dump(found))
        return sheet(form, f"messages-{person_ref[:10]}", table)

    @door("GET", "/api/retention", allow=OPERATOR, scope=of_all,
          answer=StandingAnswer(many=True))
    def retention(self, call: Call) -> Any:
        """What is kept how long, how old the oldest is, and what the job did last (C-31)."""
        return forgetting.retention(self.app).standing(self.app.clock())

    @door("GET", "/api/messages/balance", allow=OPERATOR, scope=of_all,
          answer=schemas.BalanceAnswer())
    def messages_balance(self, call: Call) -> Any:
        """Whether every accepted message is accounted for (N-26)."""
        return account(self.app)

    @door("GET", "/api/messages/<string:message_id>", allow=OPERATOR, scope=of_all,
          answer=schemas.SeenAnswer())
    def show_message(self, call: Call, message_id: str) -> Any:
        """One message: why it is where it is, what to do, and what staff did; number masked."""
        return operating.explained(self.app, message_id)

    @door("POST", "/api/messages/<string:message_id>/acts", allow=OPERATOR, scope=of_all,
          body=schemas.ActBody(), answer=schemas.ActedAnswer(), writes=True)
    def act_on_message(self, call: Call, message_id: str) -> Any:
        """Asks the provider now, gives up, releases, or sends again where that is safe (N-4)."""
        return operating.act(self.app, message_id, call.body["action"],
                             reason=call.body["reason"], by=acting_of(call), once=call.once)

    @door("GET", "/console", allow=ANYONE)
    def console_page(self, call: Call) -> Response:
        """The demonstration phone; there is none where messages really leave."""
        if "console" not in self.app.routes.by_name:
            raise Refused(Problem(404, "not_found"))
        return self.pages.render("console.html", received=self.app.store.phone.latest(LISTED))
