"""Our request signatures against what the makers' SDKs compute (SMS.md 6.1, 6.2).

The vectors were computed with alibabacloud-openapi-util 0.2.4 and tencentcloud-sdk-python-common
3.1.195. Where those are installed (extra `crosscheck`), random requests are compared as well.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifications.providers.signing import acs3, tc3

AT = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)
ALIYUN_BODY = (
    b"PhoneNumbers=13900000001&SignName=%E5%90%91%E5%BF%83&TemplateCode=SMS_1&TemplateParam="
    b"%7B%22title%22%3A%22%E9%9D%92%E5%B9%B4%20%E4%B9%8B%E5%A4%9C%2A~%22%7D&OutId=a1"
)
TENCENT_BODY = '{"PhoneNumberSet": ["+8613900000001"], "SignName": "向心"}'.encode()


def aliyun_headers(content: bytes) -> dict[str, str]:
    return {
        "host": "dysmsapi.aliyuncs.com", "content-type": "application/x-www-form-urlencoded",
        "x-acs-action": "SendSms", "x-acs-version": "2017-05-25",
        "x-acs-date": "2026-09-01T04:00:00Z",
        "x-acs-signature-nonce": "0123456789abcdef0123456789abcdef",
        "x-acs-content-sha256": hashlib.sha256(content).hexdigest(),
    }


TENCENT_HEADERS = {"content-type": "application/json; charset=utf-8",
                   "host": "sms.tencentcloudapi.com"}


def test_acs3_is_what_the_sdk_of_aliyun_computes() -> None:
    signed = acs3(aliyun_headers(ALIYUN_BODY), ALIYUN_BODY, key_id="test-key-id",
                  key_secret="test-key-secret")
    assert signed == (
        "ACS3-HMAC-SHA256 Credential=test-key-id,SignedHeaders=content-type;host;x-acs-action;"
        "x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,"
        "Signature=2d76ce57380649a1d4c2c8642e6a7fb38c2ce38bb12cccb67225c0023e7096bc"
    )


def test_tc3_is_what_the_sdk_of_tencent_computes() -> None:
    signed = tc3(TENCENT_HEADERS, TENCENT_BODY, service="sms", at=AT, key_id="test-key-id",
                 key_secret="test-key-secret")
    assert signed == (
        "TC3-HMAC-SHA256 Credential=test-key-id/2026-09-01/sms/tc3_request, "
        "SignedHeaders=content-type;host, "
        "Signature=1c94da8b0f406225d2685b8a849aca04933342c2dd561abba1c442ae1f0318db"
    )


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.text(st.characters(codec="ascii", exclude_categories=["C"]),
                                        min_size=1, max_size=40))
def test_acs3_equals_the_sdk_for_any_request(content: bytes, secret: str) -> None:
    sdk = pytest.importorskip("alibabacloud_openapi_util.client").Client
    headers = aliyun_headers(content)
    request = SimpleNamespace(method="POST", pathname="/", query={}, headers=headers)
    theirs = sdk.get_authorization(request, "ACS3-HMAC-SHA256", headers["x-acs-content-sha256"],
                                   "id", secret)
    assert acs3(headers, content, key_id="id", key_secret=secret) == theirs


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.text(st.characters(codec="ascii", exclude_categories=["C"]),
                                        min_size=1, max_size=40))
def test_tc3_equals_the_sdk_for_any_request(content: bytes, secret: str) -> None:
    sdk = pytest.importorskip("tencentcloud.common.abstract_client").AbstractClient
    header = {"Content-Type": TENCENT_HEADERS["content-type"], "Host": TENCENT_HEADERS["host"],
              "X-TC-Timestamp": str(int(AT.timestamp()))}
    request = SimpleNamespace(uri="/", method="POST", data=content, header=header)
    theirs = sdk._get_tc3_signature(None, {}, request, f"{AT:%Y-%m-%d}", "sms", secret)
    ours = tc3(TENCENT_HEADERS, content, service="sms", at=AT, key_id="id", key_secret=secret)
    assert ours.endswith(f"Signature={theirs}")
