"""What may go wrong with a certificate, each with its sentence for the person (Chinese)."""

from __future__ import annotations

from collections.abc import Mapping

from services.volunteers.domain.broken.rule import BrokenRule


class Incomplete(BrokenRule):
    """What Order 67 Art. 15 wants on a certificate is missing (C-21); `errors` names it."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("缺少必载内容，不能出具：" + "；".join(errors.values()))
        self.errors = {name: [reason] for name, reason in errors.items()}


class TooLong(BrokenRule):
    """More lines than a paper may have (CERTIFICATE_LINES)."""

    def __init__(self, lines: int, *, most: int) -> None:
        super().__init__(f"所选日期内有 {lines} 条记录，一份最多 {most} 条，请缩短日期范围")
        self.errors = {"from": [f"最多 {most} 条记录"]}


class NotTheHolder(BrokenRule):
    """The name does not fit the person, or nobody is known; the two are not told apart."""

    def __init__(self) -> None:
        super().__init__("姓名与登记的不一致，或尚未登记姓名")
        self.errors = {"name": ["须与登记的姓名一致"]}


class NotPrintable(BrokenRule):
    """The fonts of this service lack a character of the text."""

    def __init__(self, text: str) -> None:
        super().__init__(f"字库缺字，无法打印：{text}。请联系出具单位补充字库")
        self.text = text


class NoFont(BrokenRule):
    """No font for Chinese is installed where FONT_DIR says."""

    def __init__(self, wanted: str, folder: str) -> None:
        super().__init__(f"没有可用的中文字库（{wanted}），请运维人员检查 FONT_DIR")
        self.wanted, self.folder = wanted, folder


class UnknownCertificate(BrokenRule):
    """No certificate has this serial and code; which of the two is wrong is not told (C-22)."""

    def __init__(self) -> None:
        super().__init__("没有找到。请核对编号和核验码")


class AlreadyRevoked(BrokenRule):
    """It is revoked already: the first reason stays."""

    def __init__(self) -> None:
        super().__init__("这份证明已经撤销")
