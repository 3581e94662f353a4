"""The audit log: who did what, when, from where, each row chained to the one before.

Per service, in its own database: a row is written into `audit_fresh` in the transaction of the
change it tells of, so there is none without the other. Right after the commit it moves to `audit`,
with its number and linked to the row before; `audit_head` is the end of the chain.
"""
