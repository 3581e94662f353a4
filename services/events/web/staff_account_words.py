"""What the pages of accounts call roles, and what was done."""

from __future__ import annotations

from collections.abc import Mapping

ROLES_CALLED: Mapping[str, str] = {
    "viewer": "查看", "desk": "现场登记", "organiser": "组织活动", "checker": "核查时长",
    "organisation": "主管组织", "department": "部门决定", "caseworker": "个案工作",
    "operator": "运维", "auditor": "审计", "names": "查看姓名号码",
}
ROLES_TOLD: Mapping[str, str] = {
    "viewer": "工作台上的名单和数字，没有姓名", "desk": "签到、现场进入、核销、走访、清单",
    "organiser": "活动、场次、审核、抽签、关闭", "checker": "待核实、补录、证书、星级",
    "organisation": "同核查，代表主管组织", "department": "以上各项，并代表部门签发和批准",
    "caseworker": "保密活动和其中的人", "operator": "短信通道、消息、保留期、账号",
    "auditor": "审计记录", "names": "姓名、电话、证件号不打码",
}
DONE: Mapping[str, str] = {
    "added": "账号已建好", "changed": "已改好", "waits": "敏感权限要等另一位运维批准，其余已改好",
    "approved": "已批准", "refused": "已驳回", "sign-out": "已在所有设备上退出",
    "close": "账号已停用", "open": "账号已启用",
}
