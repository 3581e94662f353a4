"""The audit log: who did what, when, from where, each row chained to the one before.

Per service, in its own database: `audit` holds the rows, `audit_head` the end of the chain. A row
is written in the transaction of the change it tells of, so there is none without the other.
"""
