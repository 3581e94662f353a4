"""What doors and pages about certificates share: who calls, what a refusal is, the paper itself."""

from __future__ import annotations

from urllib.parse import urlencode

from werkzeug.wrappers import Response

from kernel.web import Call, Problem
from services.volunteers.domain.certificates import broken
from services.volunteers.usecases.certificates import issuing
from services.volunteers.usecases.certificates.application import Caller, Certification

ERRORS: dict[type[Exception], Problem] = {
    broken.Incomplete: Problem(422, "certificate_incomplete", "缺少必载内容，不能出具"),
    broken.TooLong: Problem(422, "too_many_lines", "记录太多"),
    broken.NotTheHolder: Problem(422, "not_the_holder", "姓名不一致"),
    broken.NotPrintable: Problem(422, "not_printable", "字库缺字"),
    broken.NoFont: Problem(503, "no_font", "暂时不能打印"),
    broken.UnknownCertificate: Problem(404, "unknown_certificate", "没有找到"),
    broken.AlreadyRevoked: Problem(409, "already_revoked", "已经撤销"),
    broken.TooManyTries: Problem(429, "too_many_tries", "试得太频繁"),
}


def caller_of(call: Call) -> Caller:
    """Who asks, as the use cases take it."""
    return Caller(
        staff=call.staff, actor=call.rights.actor, address=call.address,
        once=call.once, correlation=call.correlation,
    )


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
