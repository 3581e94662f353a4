"""Open answers that callers may keep: an ETag by how far the folds are, 304 while it holds."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from marshmallow import Schema
from werkzeug.http import quote_etag
from werkzeug.wrappers import Response

from kernel.web import Call
from services.stats.usecases.application import Stats
from services.stats.usecases.asking import position, today
from services.stats.web.places import sees_all

_encode = json.JSONEncoder(ensure_ascii=False).encode


def kept(app: Stats, call: Call, make: Callable[[], Response]) -> Response:
    """What `make` returns, or 304 when the caller has it: figures change only with a fold, or when
    the day does. Whoever may see what is confidential gets an answer that nobody between keeps."""
    tag = tag_of(app, call)
    response = make() if tag not in call.request.if_none_match else Response(status=304)
    secret = sees_all(call)
    age = app.figures_max_age
    response.headers["ETag"] = quote_etag(tag)
    response.headers["Cache-Control"] = f"{'private' if secret else 'public'}, max-age={age}"
    response.headers["Vary"] = "Authorization, Cookie"
    response.headers["X-Correlation-Id"] = call.correlation
    return response


def tag_of(app: Stats, call: Call) -> str:
    """Which answer this is: read before the figures are, so it never says more than they have."""
    at, query = position(app), call.environ.get("QUERY_STRING", "")
    seen = f"{at.epoch}:{at.version}:{today(app)}:{sees_all(call)}"
    return sha256(f"{seen}\n{call.environ['PATH_INFO']}?{query}".encode()).hexdigest()[:32]


def json_of(schema: Schema, answer: Any) -> Response:
    """The answer as JSON."""
    return Response(_encode(schema.dump(answer)), content_type="application/json")
