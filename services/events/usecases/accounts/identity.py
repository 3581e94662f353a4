"""What signing in by an identity provider asks of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A way to the provider, and what must be known when the browser comes back."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the provider says of somebody; `proof` is its signed word, for the way out."""

    subject: str
    name: str
    roles: frozenset[str]
    proof: str


class Identity(Protocol):
    """An identity provider (OpenID Connect)."""

    issuer: str

    def ask(self, back: str) -> Asked:
        """Where to send the browser; it comes back to `back`. Raises ProviderAway."""

    def told(self, back: str, *, code: str, nonce: str, verifier: str) -> Told:
        """Who came back with this code. Raises ProviderRefused, ProviderAway."""

    def way_out(self, proof: str, back: str) -> str | None:
        """Where to sign out there as well; None for a provider without such a place. Raises
        ProviderAway."""

    def signed_out(self, token: str) -> str:
        """Whom the provider says that it signed out (back-channel): the subject. Raises
        ProviderRefused, ProviderAway."""
