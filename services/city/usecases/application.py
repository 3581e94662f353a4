"""The service as one value: what every use case needs, put together once per process."""

from __future__ import annotations

from dataclasses import dataclass, field

from kernel.clock import Clock, Ids, new_id, system_clock
from kernel.transaction import Transactions
from kernel.tries import Tries
from kernel.vault import Sealing, Vault
from services.city.domain.place import Network
from services.city.store import Store


@dataclass(frozen=True, kw_only=True, eq=False)
class City:
    """Where it keeps, what time it is, and how often one subscriber may ask within a minute.
    `vault` seals the secrets of webhooks; their receivers may be in `networks` as well."""

    transactions: Transactions
    store: Store
    vault: Sealing
    clock: Clock = system_clock
    ids: Ids = new_id
    networks: tuple[Network, ...] = ()
    tries: Tries = field(default_factory=Tries)
    feed_per_minute: int = 600

    def close(self) -> None:
        """Lets go of database and keys."""
        if isinstance(self.vault, Vault):
            self.vault.close()
        self.transactions.database.client.close()
