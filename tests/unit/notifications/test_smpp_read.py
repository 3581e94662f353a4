"""What we submit by SMPP, read by a library that shares no line with ours (N-22, N-29).

Only where it is installed: `pip install -e .[crosscheck]`.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from services.notifications.domain.outcome import Accepted
from services.notifications.domain.text import segments
from tests.fakes.smsc import running_centre
from tests.unit.notifications.test_smpp import NUMBER, send, smpp

encoding = pytest.importorskip(
    "smpp.pdu.pdu_encoding", reason="smpp.pdu3 is not installed (extra crosscheck)",
    exc_type=ImportError)
TEXTS = ["【向心】短", "【向心】" + "长" * 66, "【向心】" + "长" * 67, "【向心】é😀𠀀a1，" * 30]


@pytest.mark.parametrize("text", TEXTS, ids=[str(len(text)) for text in TEXTS])
def test_n_29_jasmin_reads_what_we_submit(text: str) -> None:
    with running_centre() as centre:
        provider = smpp(centre, prefix="86")
        assert isinstance(send(provider, text), Accepted)
        provider.close()
        read = [encoding.PDUEncoder().decode(BytesIO(raw)).params for raw in centre.submitted]
    assert len(read) == segments(text)
    assert {(each["destination_addr"], each["source_addr"]) for each in read} == {
        (f"86{NUMBER}".encode(), b"10690")}
    assert {str(each["data_coding"].schemeData).rpartition(".")[2] for each in read} == {"UCS2"}
    assert "".join(_text(each, len(read)) for each in read) == text
    receipts = [str(each["registered_delivery"].receipt).rpartition(".")[2] for each in read]
    assert receipts == ["NO_SMSC_DELIVERY_RECEIPT_REQUESTED"] * (len(read) - 1) + [
        "SMSC_DELIVERY_RECEIPT_REQUESTED"]


def _text(params: dict[str, Any], parts: int) -> str:
    """Without its header, which is there exactly when it is said to be."""
    said: bytes = params["short_message"]
    features = {str(each).rpartition(".")[2] for each in params["esm_class"].gsmFeatures}
    assert features == ({"UDHI_INDICATOR_SET"} if parts > 1 else set())
    return said[6 if parts > 1 else 0:].decode("utf-16-be")
