"""Signatures as Standard Webhooks wants them, read by its own package."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook as Standard
from standardwebhooks.webhooks import WebhookVerificationError

from services.city.domain.signing import masked, signed, written

AT = datetime(2026, 11, 27, 8, tzinfo=UTC)
INVENTED = written(b"invented secret of thirty-two b.")


@given(body=st.text(st.characters(exclude_categories=["Cs"])), secret=st.binary(min_size=24,
                                                                               max_size=64))
def test_what_we_sign_is_what_the_specification_signs(body: str, secret: bytes) -> None:
    text = written(secret)
    headers = signed([text], id="0123456789abcdef", at=AT, body=body.encode())
    assert headers["webhook-signature"] == Standard(text).sign("0123456789abcdef", AT, body)


def test_of_two_secrets_each_verifies_and_a_third_does_not() -> None:
    other, third = written(b"another invented " * 2), written(b"a third, invented" * 2)
    headers = signed([INVENTED, other], id="one", at=datetime.now(UTC), body=b"{}")
    for secret in (INVENTED, other):
        assert Standard(secret).verify("{}", headers) == {}
    with pytest.raises(WebhookVerificationError):
        Standard(third).verify("{}", headers)
    with pytest.raises(WebhookVerificationError):
        Standard(INVENTED).verify('{"a": 1}', headers)


def test_a_log_keeps_everything_but_the_signature() -> None:
    headers = signed([INVENTED], id="one", at=AT, body=b"{}")
    assert masked(headers) == {**headers, "webhook-signature": "***"}
