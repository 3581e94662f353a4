"""Every code that N-7 names, written down here once more: one that a table loses shows (N-7)."""

from __future__ import annotations

import pytest

from services.notifications.providers import aliyun, tencent
from services.notifications.providers.verdicts import Table, refused

LISTED = [
    (aliyun.TABLE, "ambiguous", "isp.SYSTEM_ERROR"),
    (aliyun.TABLE, "later", "isv.BUSINESS_LIMIT_CONTROL Throttling Throttling.User"),
    (aliyun.TABLE, "provider_down",
     "isv.OUT_OF_SERVICE isv.AMOUNT_NOT_ENOUGH isv.ACCOUNT_ABNORMAL isv.ACCOUNT_NOT_EXISTS "
     "isv.PRODUCT_UN_SUBSCRIPT isp.RAM_PERMISSION_DENY SignatureDoesNotMatch isv.DENY_IP_RANGE "
     "isv.DAY_LIMIT_CONTROL isv.MONTH_LIMIT_CONTROL"),
    (aliyun.TABLE, "template",
     "isv.SMS_SIGN_ILLEGAL isv.SIGN_STATE_ILLEGAL isv.SMS_SIGNATURE_SCENE_ILLEGAL "
     "isv.SMS_TEMPLATE_ILLEGAL isv.TEMPLATE_MISSING_PARAMETERS isv.EXTEND_CODE_ERROR "
     "isv.INVALID_JSON_PARAM isv.INVALID_PARAMETERS"),
    (aliyun.TABLE, "give_up",
     "isv.MOBILE_NUMBER_ILLEGAL isv.BLACK_KEY_CONTROL_LIMIT isv.PARAM_LENGTH_LIMIT "
     "isv.PARAM_NOT_SUPPORT_URL isv.SMS_CONTENT_ILLEGAL isv.DOMESTIC_NUMBER_NOT_SUPPORTED"),
    (tencent.TABLE, "ambiguous", "InternalError.Timeout InternalError.SendAndRecvFail"),
    (tencent.TABLE, "later",
     "LimitExceeded.PhoneNumberThirtySecondLimit LimitExceeded.PhoneNumberOneHourLimit "
     "LimitExceeded.PhoneNumberDailyLimit LimitExceeded.PhoneNumberSameContentDailyLimit "
     "LimitExceeded.DeliveryFrequencyLimit RequestLimitExceeded "
     "RequestLimitExceeded.UinLimitExceeded"),
    (tencent.TABLE, "provider_down",
     "FailedOperation.InsufficientBalanceInSmsPackage UnauthorizedOperation.SdkAppIdIsDisabled "
     "AuthFailure.SignatureFailure LimitExceeded.AppDailyLimit "
     "LimitExceeded.AppMainlandChinaDailyLimit"),
    (tencent.TABLE, "template",
     "FailedOperation.SignatureIncorrectOrUnapproved "
     "FailedOperation.TemplateIncorrectOrUnapproved "
     "InvalidParameterValue.TemplateParameterFormatError "
     "InvalidParameterValue.TemplateParameterLengthLimit"),
    (tencent.TABLE, "give_up",
     "InvalidParameterValue.IncorrectPhoneNumber FailedOperation.ContainSensitiveWord "
     "FailedOperation.PhoneNumberInBlacklist"),
]


@pytest.mark.parametrize(
    ("table", "verdict", "code"),
    [(table, verdict, code) for table, verdict, codes in LISTED for code in codes.split()],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_n_7_every_code_that_the_rule_names_is_in_its_table(
    table: Table, verdict: str, code: str
) -> None:
    told = refused(table, code)
    assert (told.verdict, told.listed) == (verdict, True)
