"""Pages of the notifications service."""
