"""A provider that says "this number wants no texts" feeds the list of opt-outs (N-19)."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from kernel.transaction import Transaction
from services.notifications.domain.consent import Wish
from services.notifications.domain.message import Message
from services.notifications.store import Store

# answers and receipts of providers that keep a list of their own
BLACKLISTED = ("*PhoneNumberInBlacklist*", "*MOBILE_IN_BLACK*")


def is_blacklisted(message: Message) -> bool:
    """Whether the message failed because its number is on the provider's list."""
    return message.state == "failed" and any(
        fnmatchcase(message.reason or "", known) for known in BLACKLISTED
    )


def heed_blacklists(store: Store, changed: Iterable[Message], transaction: Transaction) -> None:
    """Numbers whose messages just failed for that reason count as opted out, without an answer,
    which would not arrive. In the transaction of the change. Safe to repeat."""
    people = {each.person_ref for each in changed if is_blacklisted(each)}
    for digest in store.contacts.digests(people, within=transaction) if people else ():
        known = store.consents.wish(digest, within=transaction)
        if known is None or not known.out:
            wish = Wish(out=True, at=transaction.now, source="blacklist")
            store.consents.keep_wish(digest, wish, answer=None, within=transaction)
