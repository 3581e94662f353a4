"""Providers that send templates of their own: our forms, their codes, what fits (N-20, N-21).

The forms (`forms.toml`) belong to the platform and are handed in for approval; the codes that a
provider gave them belong to the department's account and come as a file of their own:

    [tencent]
    longest = 6                    # characters of one variable; left out: no limit
    [tencent.codes]
    "confirmed@1.short" = "1000001"
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from services.notifications.domain.text import InvalidText
from services.notifications.templates.versions import FOLDER, TemplateFault, current, pinned

PROVIDERS = ("aliyun", "tencent")
FORMS = FOLDER / "forms.toml"
_VARIABLE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, kw_only=True)
class Form:
    """A template as a provider says it; `reference` is `<template>@<version>.<form>`."""

    reference: str
    text: str

    @property
    def variables(self) -> tuple[str, ...]:
        """In the order in which they stand in the text."""
        return tuple(_VARIABLE.findall(self.text))

    def filled(self, said: Mapping[str, str]) -> str:
        """The text with what is said, without the signature."""
        return _VARIABLE.sub(lambda found: said[found[1]], self.text)


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What a provider is handed for one message: its code, and the variables in their order."""

    code: str
    form: Form
    values: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Account:
    """What a provider gave to our forms, and the most characters that it takes in a variable."""

    codes: Mapping[str, str]
    longest: int | None = None

    def misfit(self, form: Form, said: Mapping[str, str]) -> str | None:
        """The variable that the form cannot say here, if any."""
        for name in form.variables:
            value = said.get(name, "")
            if not value or (self.longest is not None and len(value) > self.longest):
                return name
        return None


class Codes:
    """What each provider that sends templates has; the others send our text and need none."""

    def __init__(self, accounts: Mapping[str, Account] | None = None) -> None:
        self._accounts = dict(accounts or {})

    @property
    def providers(self) -> tuple[str, ...]:
        """Those that have an account here."""
        return tuple(self._accounts)

    def choose(self, provider: str, template: str, said: Mapping[str, str]) -> Chosen:
        """The richest form that the provider can say. Raises InvalidText that names the variable
        which it takes in no form, or `template` when it has no code for any (N-21)."""
        account = self._accounts.get(provider, Account(codes={}))
        fault = "template"
        for form in forms().get(template, ()):
            code = account.codes.get(form.reference)
            if code is None:
                continue
            misfit = account.misfit(form, said)
            if misfit is None:
                values = {name: said[name] for name in form.variables}
                return Chosen(code=code, form=form, values=values)
            fault = misfit
        raise InvalidText(fault, f"cannot be said by {provider}")

    def lacking(self, provider: str) -> list[str]:
        """Templates in force of which the provider has no form with a code."""
        account = self._accounts.get(provider, Account(codes={}))
        return [
            template for template in sorted(current().values())
            if not any(form.reference in account.codes for form in forms().get(template, ()))
        ]

    def of(self, provider: str, template: str) -> Mapping[str, str]:
        """The provider's codes of a template's forms, by reference."""
        account = self._accounts.get(provider, Account(codes={}))
        mine = [form.reference for form in forms().get(template, ())]
        return {each: account.codes[each] for each in mine if each in account.codes}


@cache
def forms(file: Path = FORMS) -> Mapping[str, tuple[Form, ...]]:
    """All forms by template reference, the richest first."""
    told: Mapping[str, Mapping[str, str]] = tomllib.loads(file.read_text(encoding="utf-8"))
    return {
        template: tuple(
            Form(reference=f"{template}.{name}", text=text) for name, text in named.items()
        )
        for template, named in told.items()
    }


class _AccountFile(Schema):
    longest = fields.Integer(strict=True, load_default=None, validate=validate.Range(1, 500))
    codes = fields.Dict(
        keys=fields.String(), values=fields.String(validate=validate.Length(1, 64)), required=True
    )


def read_codes(file: Path) -> Codes:
    """The codes of a file. Raises TemplateFault naming provider, form and what is allowed."""
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise TemplateFault([f"{file.name} cannot be read: {fault}"]) from fault
    faults = [f"{file.name}: {each} is no provider with templates ({', '.join(PROVIDERS)})"
              for each in told if each not in PROVIDERS]
    accounts: dict[str, Account] = {}
    for provider in (each for each in told if each in PROVIDERS):
        accounts[provider] = _account(file, provider, told[provider], faults)
    if faults:
        raise TemplateFault(faults)
    return Codes(accounts)


def _account(file: Path, provider: str, told: Any, faults: list[str]) -> Account:
    try:
        account = Account(**_AccountFile().load(told))
    except ValidationError as fault:
        faults.append(f"{file.name}: {provider}: {fault.normalized_messages()}")
        return Account(codes={})
    known = {form.reference for of in forms().values() for form in of}
    faults += [f"{file.name}: {provider}: there is no form {each}"
               for each in account.codes if each not in known]
    return account


def form_faults() -> list[str]:
    """What is wrong with the forms: of a template that is not released, or none for one that is."""
    there, released = set(forms()), set(pinned())
    return [
        *(f"forms.toml: {each} is no released template" for each in sorted(there - released)),
        *(f"forms.toml: {each} has no form" for each in sorted(released - there)),
    ]
