"""Hearing facts; the nameko entrypoint `hear` is in kernel.consume.hear."""

from kernel.consume.fate import Permanent

__all__ = ["Permanent"]
