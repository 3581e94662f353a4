"""Providers that send templates of their own: which of ours they can say, and in what form."""

from __future__ import annotations

from collections.abc import Mapping

from services.notifications.domain.outcome import Outcome, Refused
from services.notifications.domain.text import InvalidText, segments
from services.notifications.providers.base import Outgoing, Provider
from services.notifications.templates.codes import Chosen, Codes


class Templated(Provider):
    """A subclass gives `name` and `try_form`, which makes the one call."""

    def __init__(self, codes: Codes) -> None:
        self._codes = codes

    def try_form(self, outgoing: Outgoing, form: Chosen) -> Outcome:
        """One call to the provider, in the form that was chosen for it."""
        raise NotImplementedError

    def can_send(self, template: str, values: Mapping[str, str]) -> bool:
        try:
            self._codes.choose(self.name, template, values)
        except InvalidText:
            return False
        return True

    def segments(self, text: str, template: str, values: Mapping[str, str]) -> int:
        """Those of the form that is said instead, with the signature of the text; of the text
        itself when there is no such form, and the call will be refused."""
        try:
            chosen = self._codes.choose(self.name, template, values)
        except InvalidText:
            return segments(text)
        signature = text[:text.index("】") + 1]
        return segments(signature + chosen.form.filled(values))

    def try_send(self, outgoing: Outgoing) -> Outcome:
        try:
            form = self._codes.choose(self.name, outgoing.template, outgoing.values)
        except InvalidText as fault:
            return Refused(f"unsayable:{fault.field}", "template")
        return self.try_form(outgoing, form)
