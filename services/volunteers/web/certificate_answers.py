"""What doors and pages about certificates share: the paper itself."""

from __future__ import annotations

from urllib.parse import urlencode

from werkzeug.wrappers import Response

from services.volunteers.usecases.certificates import issuing
from services.volunteers.usecases.certificates.application import Certification


def paper(app: Certification, serial: str) -> Response:
    """The certificate as a PDF that a browser shows or saves under its serial."""
    code = app.code(serial)
    return Response(
        issuing.pdf_of(app, serial), mimetype="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{serial}.pdf"',
            "Cache-Control": "no-store",
            "X-Certificate-Serial": serial,
            "X-Certificate-Code": code,
            "Link": f'</verify?{urlencode({"serial": serial, "code": code})}>; rel="describedby"',
        },
    )
