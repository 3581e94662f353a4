"""Pages: HTML from templates in one design, with the security headers every page needs."""

from kernel.pages.render import Pages, see, with_time

__all__ = ["Pages", "see", "with_time"]
