"""Briefs: composed from the figures of one moment, drafted, signed by other eyes, revised."""
