"""Accounts of staff: made and changed by operators, used by their owners."""
