"""How much of an uploaded sheet is read, and what is said of one that is more or is none."""

from __future__ import annotations

LARGEST_FILE = 2 * 1024 * 1024  # bytes, as it is sent
LARGEST_UNPACKED = 5 * 1024 * 1024  # bytes of all parts of an XLSX file together
MOST_PARTS = 500  # files within an XLSX file
MOST_MARKS = 350_000  # `<` in an XLSX file: MOST_ROWS of MOST_COLUMNS have 245,000 to 330,000
MOST_MARKS_BESIDE = 30_000  # in parts that are neither sheets nor their strings
MOST_ROWS = 2_000  # with something in them, beside the heading
MOST_LINES = 5_000  # blank ones included
MOST_COLUMNS = 20  # more are not read


class Unreadable(Exception):
    """The file is no sheet that we read; `str()` says why (Chinese) and names no content."""
