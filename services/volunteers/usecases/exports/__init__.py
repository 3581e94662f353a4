"""The ledger for others: entries for systems that follow it, lines as sheets for the office."""
