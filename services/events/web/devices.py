"""What a browser is called in the list of one's own logins: a word or two, nothing exact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("HarmonyOS", "鸿蒙"), ("Android", "安卓"),
            ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"))
_BROWSERS = (("MicroMessenger", "微信"), ("Edg", "Edge"), ("HuaweiBrowser", "华为浏览器"),
             ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))


def device_of(environ: Mapping[str, Any]) -> str:
    """Like 安卓 · 微信; 未知设备 for one that does not say."""
    told = str(environ.get("HTTP_USER_AGENT", ""))
    named = (next((name for mark, name in known if mark in told), "")
             for known in (_SYSTEMS, _BROWSERS))
    return " · ".join(filter(None, named)) or "未知设备"
