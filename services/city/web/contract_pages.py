"""What other systems may hear, as people read it and as programs do: open to everyone."""

from __future__ import annotations

from functools import cache
from hashlib import sha256

from werkzeug.wrappers import Response

from contracts import __version__
from contracts.event import CATALOGUE
from contracts.export.city import city_text
from contracts.export.described import Described, described
from contracts.export.goldens import golden_text
from contracts.export.schemas import schema_text
from kernel.pages import Pages
from kernel.web import ANYONE, Call, Problem, Refused, door
from services.city.domain.granting import public_keys

SERVICES = {"events": "活动与报名", "volunteers": "志愿者与服务时长", "notifications": "短信",
            "stats": "统计与简报"}
KEPT = "public, max-age=300"


@cache
def facts() -> dict[str, Described]:
    """Every public fact by key, in the order of the alphabet."""
    keys = public_keys()
    return {key: described(CATALOGUE[key], keys) for key in keys}


class ContractPages:
    """The same for everybody, so they may be kept for a while."""

    pages: Pages

    @door("GET", "/contracts", allow=ANYONE)
    def contracts_page(self, call: Call) -> Response:
        """Every public fact and what it says."""
        by_service: dict[str, list[Described]] = {name: [] for name in SERVICES}
        for fact in facts().values():
            by_service[fact.key.partition(".")[0]].append(fact)
        return _kept(self.pages.render(
            "contracts.html", call=call, by_service=by_service, services=SERVICES,
            version=__version__), call)

    @door("GET", "/contracts/facts/<string:key>", allow=ANYONE)
    def contract_page(self, call: Call, key: str) -> Response:
        """One public fact: subject, fields, example, schema, versions."""
        return _kept(self.pages.render("contract.html", call=call, fact=_known(key)), call)

    @door("GET", "/contracts/asyncapi.yaml", allow=ANYONE, gives=("application/yaml",))
    def contracts_document(self, call: Call) -> Response:
        """All ways to all public facts as an AsyncAPI 3 document."""
        text = city_text([CATALOGUE[key] for key in facts()], version=__version__)
        return _kept(Response(text, mimetype="application/yaml"), call)

    @door("GET", "/contracts/schemas/<string:key>.json", allow=ANYONE,
          gives=("application/schema+json",))
    def contract_schema(self, call: Call, key: str) -> Response:
        """The JSON Schema (2020-12) of a public fact's data."""
        text = schema_text(CATALOGUE[_known(key).key])
        return _kept(Response(text, mimetype="application/schema+json"), call)

    @door("GET", "/contracts/examples/<string:key>.json", allow=ANYONE,
          gives=("application/cloudevents+json",))
    def contract_example(self, call: Call, key: str) -> Response:
        """An invented message of a public fact, with every field."""
        text = golden_text(CATALOGUE[_known(key).key])
        return _kept(Response(text, mimetype="application/cloudevents+json"), call)


def _known(key: str) -> Described:
    """Raises Refused (404), for a private fact as for one that there is not."""
    found = facts().get(key)
    if found is None:
        raise Refused(Problem(404, "not_found"), "no public fact is called so: see /contracts")
    return found


def _kept(answer: Response, call: Call) -> Response:
    """A page is compressed on its way, so that its tag is weak."""
    answer.headers["Cache-Control"] = KEPT
    answer.set_etag(sha256(answer.get_data()).hexdigest()[:32], weak=answer.mimetype == "text/html")
    return answer.make_conditional(call.request)
