"""The doors that providers bring their receipts to."""

from __future__ import annotations

from werkzeug.wrappers import Response

from kernel.web import PROVIDER, Call, door
from services.notifications import schemas
from services.notifications.providers.kannel import RECEIPTS
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
        receiving.receive(
            self.app, provider="kannel", attempt_id=receipt["id"],
            state=RECEIPTS.get(receipt["type"]), reason=f"receipt_{receipt['type']}",
        )
        return Response("ok", mimetype="text/plain")
