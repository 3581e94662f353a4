"""The AsyncAPI 3 document of the city's side: public facts as other systems get at them."""

from __future__ import annotations

from typing import Any

from ..event import Fact
from .asyncapi import CONTENT, ENVELOPE, TEXT, message, schemas, yaml_text

VHOST = "city"
_POSITION = {"type": "integer", "minimum": 0}
_SIGNED = {
    "webhook-id": "The fact's id; the same when it comes again.",
    "webhook-timestamp": "Seconds since 1970, of this call.",
    "webhook-signature": "v1,… (HMAC-SHA256, base64); a second one while the secret is changed.",
}


def city_text(facts: list[type[Fact]], *, version: str) -> str:
    """The document as YAML."""
    return yaml_text(city_document(facts, version=version))


def city_document(facts: list[type[Fact]], *, version: str) -> dict[str, Any]:
    """The document: four ways to the same facts. Private ones are not in it."""
    public = [cls for cls in facts if not cls.private]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Xiangxin 向心: public facts for other city systems",
            "version": version,
            "description": "Each fact in a CloudEvents 1.0 envelope, in order per subject, at "
                           "least once: keep its id to act once.",
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": CONTENT,
        "servers": _servers(),
        "channels": _channels(public),
        "operations": _operations(),
        "components": {
            "messages": {cls.__name__: message(cls) for cls in public}
            | {"FeedPage": _page(), "WebhookCall": _call()},
            "schemas": {"Envelope": ENVELOPE} | schemas(public),
            "securitySchemes": {
                "password": {"type": "userPassword", "description": "sub.<name>; printed once."},
                "token": {"type": "http", "scheme": "bearer", "description": "Printed once."},
            },
        },
    }


def _servers() -> dict[str, Any]:
    """Where they stand is the department's to say."""
    return {
        "broker": {
            "host": "{broker}", "protocol": "amqps", "protocolVersion": "0.9.1",
            "pathname": f"/{VHOST}",
            "description": "RabbitMQ: a virtual host of its own, read only.",
            "variables": {"broker": {"default": "broker.example.org:5671",
                                     "description": "Host and port, told with the credentials."}},
            "security": [{"$ref": "#/components/securitySchemes/password"}],
        },
        "service": {
            "host": "{service}", "protocol": "https",
            "description": "The feed, for systems without AMQP and for replay.",
            "variables": {"service": {"default": "city.example.org",
                                      "description": "Host, told with the credentials."}},
            "security": [{"$ref": "#/components/securitySchemes/token"}],
        },
    }


def _channels(public: list[type[Fact]]) -> dict[str, Any]:
    told = {cls.__name__: {"$ref": f"#/components/messages/{cls.__name__}"} for cls in public}
    broker = [{"$ref": "#/servers/broker"}]
    return {
        "queue": {
            "address": "sub.{name}.main", "servers": broker, "messages": told,
            "description": "A subscriber's own queue. Full, it drops its oldest: replay.",
            "parameters": {"name": {"description": "The subscriber's name."}},
            "bindings": {"amqp": _queue("sub.{name}.main")},
        },
        "log": {
            "address": "city.log", "servers": broker, "messages": told,
            "description": "The stream of all public facts, for replay (x-stream-offset), for who "
                           "may hear everything.",
            "bindings": {"amqp": _queue("city.log")},
        },
        "feed": {
            "address": "/feed", "servers": [{"$ref": "#/servers/service"}],
            "messages": {"FeedPage": {"$ref": "#/components/messages/FeedPage"}},
            "description": "Pages by position: ?after=…&facts=…&limit=…&wait=… (GET).",
        },
        "webhook": {
            "address": None,
            "messages": {"WebhookCall": {"$ref": "#/components/messages/WebhookCall"}},
            "description": "The subscriber's receiver is called for each fact, signed after the "
                           "Standard Webhooks specification; 2xx takes it.",
        },
    }


def _operations() -> dict[str, Any]:
    """All from our side: we tell."""
    methods = {"feed": "GET", "webhook": "POST"}
    return {
        name: {"action": "send", "channel": {"$ref": f"#/channels/{name}"}}
        | ({"bindings": {"http": {"method": methods[name], "bindingVersion": "0.3.0"}}}
           if name in methods else {})
        for name in ("queue", "log", "feed", "webhook")
    }


def _queue(name: str) -> dict[str, Any]:
    queue = {"name": name, "durable": True, "exclusive": False, "autoDelete": False, "vhost": VHOST}
    return {"is": "queue", "queue": queue}


def _call() -> dict[str, Any]:
    headers = {name: TEXT | {"description": told} for name, told in _SIGNED.items()}
    return {
        "name": "webhook-call",
        "title": "WebhookCall",
        "summary": "One fact.",
        "contentType": CONTENT,
        "headers": {"type": "object", "required": list(_SIGNED), "properties": headers},
        "payload": {"$ref": "#/components/schemas/Envelope"},
    }


def _page() -> dict[str, Any]:
    fed = {
        "type": "object",
        "required": ["position", "fact"],
        "properties": {"position": _POSITION,
                       "fact": {"$ref": "#/components/schemas/Envelope"}},
    }
    return {
        "name": "feed-page",
        "title": "FeedPage",
        "summary": "Facts in order; next is what to send as after.",
        "contentType": "application/json",
        "payload": {
            "type": "object",
            "required": ["facts", "next", "more"],
            "properties": {"facts": {"type": "array", "items": fed}, "next": _POSITION,
                           "more": {"type": "boolean"}},
        },
    }
