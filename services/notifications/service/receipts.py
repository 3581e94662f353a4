"""The doors that providers bring their receipts to."""

from __future__ import annotations

from werkzeug.wrappers import Response

from kernel.web import PROVIDER, Call, door
from services.notifications import schemas
from services.notifications.providers.kannel import report_of
from services.notifications.usecases import receiving
from services.notifications.usecases.application import App


class ReceiptDoors:
    """Each answers once what it was told is written down (N-12)."""

    app: App

    @door("GET,POST", "/receipts/kannel", allow=PROVIDER, query=schemas.KannelReceipt(),
          gives=("text/plain",))
    def kannel_receipt(self, call: Call) -> Response:
        """A delivery receipt."""
        receipt = call.query
        report = report_of(receipt["id"], receipt["type"])
        receiving.receive(self.app, "kannel", report)
        return Response("ok", mimetype="text/plain")
