"""Pages: HTML from templates in one design."""

from kernel.pages.render import Pages, see, with_time

__all__ = ["Pages", "see", "with_time"]
