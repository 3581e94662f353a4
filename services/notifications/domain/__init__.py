"""The rules of messages: when one is due, what becomes of it, how long it is."""
