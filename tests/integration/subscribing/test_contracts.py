"""What other systems may hear, at the real doors: readable, whole, and nothing private."""

from __future__ import annotations

from collections.abc import Iterator

import jsonschema
import pytest
import requests
import yaml

from contracts.event import CATALOGUE
from contracts.export.schemas import meaning
from services.city.domain.granting import public_keys
from tests.rig.feed import FedCity, open_city

PRIVATE = sorted(set(CATALOGUE) - set(public_keys()))


@pytest.fixture(scope="module")
def city(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FedCity]:
    with open_city(mongodb_uri, tmp_path_factory.mktemp("contracts")) as opened:
        yield opened


def test_the_catalogue_says_of_every_public_fact_what_it_tells(city: FedCity) -> None:
    page = city.ask({}, "/contracts").text

    for key, fact in CATALOGUE.items():
        assert (f">{key}</a>" in page) is not fact.private
        assert (meaning(fact)[1] in page) is not fact.private


def test_every_public_fact_has_a_page_a_schema_and_an_example_that_fits(city: FedCity) -> None:
    for key in public_keys():
        page = city.ask({}, f"/contracts/facts/{key}")
        schema = city.ask({}, f"/contracts/schemas/{key}.json").json()
        example = city.ask({}, f"/contracts/examples/{key}.json").json()

        assert page.status_code == 200 and CATALOGUE[key].subject_pattern in page.text
        assert all(f"<code>{name}</code>" in page.text for name in schema["properties"])
        assert f"/contracts/schemas/{key}.json" in page.text and example["id"] in page.text
        jsonschema.Draft202012Validator(schema).validate(example["data"])
        assert example["type"] == key


@pytest.mark.parametrize("key", PRIVATE)
def test_a_private_fact_is_as_unknown_as_one_that_there_is_not(city: FedCity, key: str) -> None:
    for place in ("facts/{}", "schemas/{}.json", "examples/{}.json"):
        found = city.ask({}, "/contracts/" + place.format(key))
        other = city.ask({}, "/contracts/" + place.format("events.nothing_there.v1"))
        assert found.status_code == 404 and found.text == other.text
    assert key not in city.ask({}, "/contracts/asyncapi.yaml").text


def test_who_always_sends_its_token_reads_the_catalogue_like_everybody(city: FedCity) -> None:
    hers = city.subscriber("hours", "volunteers.#")
    for place in ("/contracts", "/contracts/asyncapi.yaml",
                  "/contracts/schemas/events.session_closed.v1.json", "/contracts/facts/nothing"):
        bare, with_token = city.ask({}, place), city.ask(hers, place)
        assert (with_token.status_code, with_token.content) == (bare.status_code, bare.content)
    assert city.ask(hers, "/staff/subscribers").status_code == 403

    city.subscriber("hours", "volunteers.#", state="suspended")
    assert city.ask(hers, "/contracts").status_code == 200
    city.store.subscribers.remove("hours")
    refused = city.ask(hers, "/contracts")
    assert (refused.status_code, refused.json()["code"]) == (403, "token_refused")


def test_documents_are_kept_by_their_tag(city: FedCity) -> None:
    for place in ("asyncapi.yaml", "schemas/events.session_closed.v1.json",
                  "examples/events.session_closed.v1.json"):
        url = f"{city.process.address}/contracts/{place}"
        first = requests.get(url, timeout=20)
        again = requests.get(url, timeout=20, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert "public" in first.headers["Cache-Control"]
        assert not first.headers["ETag"].startswith("W/")
    document = yaml.safe_load(city.ask({}, "/contracts/asyncapi.yaml").text)
    assert set(document["channels"]) == {"queue", "log", "feed", "webhook"}
