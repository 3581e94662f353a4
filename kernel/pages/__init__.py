"""Pages: HTML from templates in one design, with the security headers every page needs."""

from kernel.pages.render import Pages

__all__ = ["Pages"]
