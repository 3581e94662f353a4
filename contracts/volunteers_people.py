"""Facts told by volunteers about persons, to the services that keep a contact (C-29)."""

from __future__ import annotations

from .event import Fact, fact


@fact("volunteers.person_forgotten.v1", subject="forgotten/{person_ref}", private=True)
class PersonForgotten(Fact):
    """A volunteer was erased: whoever keeps a contact under this reference forgets it (C-29, C-31).
    Figures stay. Private: who left is nobody else's affair.

    志愿者的身份信息已删除；各服务须清除该代号下的联系方式，统计数字不变。内部事实，不对外提供。
    """

    person_ref: str


@fact("volunteers.account_recovered.v1", subject="recovered/{person_ref}", private=True)
class AccountRecovered(Fact):
    """A volunteer came back with another telephone: the one kept under this reference is not theirs
    any more (C-35). `now_ref` is the reference that they signed up with since, if any.
    Private, and without the telephone itself.

    志愿者凭新手机号找回账户；该代号下原有的手机号不再是本人的。内部事实，不对外提供，不含手机号。
    """

    person_ref: str
    now_ref: str | None = None
