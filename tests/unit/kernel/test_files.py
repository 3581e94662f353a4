"""Files as answers: whatever the name was made of, the head that tells it can be sent."""

from __future__ import annotations

import pytest

from kernel.web.files import file


@pytest.mark.parametrize(("name", "told"), [
    ("roster-0a1b.csv", "roster-0a1b.csv"), ("messages-\u023e.csv", "messages--.csv"),
    ('a";\r\nX-Injected: 1.csv', "a----X-Injected--1.csv"), ("../测试.csv", "..---.csv"),
])
def test_a_file_is_named_in_letters_that_a_head_may_hold(name: str, told: str) -> None:
    answer = file(b"x", "text/csv", name)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{told}"'
