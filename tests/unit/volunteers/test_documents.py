"""Document numbers: form, check digit, a real day that has come, one form per person (C-33)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.volunteers.domain.people.broken import BadDocument
from services.volunteers.domain.people.document import DocumentType, read_document
from services.volunteers.domain.people.volunteer import is_number, number_from
from tests.unit.volunteers.office import card

TODAY = date(2026, 9, 1)


@pytest.mark.parametrize(("number", "born"), [
    ("11010519491231002X", "1949-12-31"), ("440524188001010014", "1880-01-01"),
    ("440307201206150017", "2012-06-15"), ("44030720080229002X", "2008-02-29"),
    ("11010519491231002x", "1949-12-31"), (" 110105 19491231 002x", "1949-12-31"),
    ("１１０１０５１９４９１２３１００２Ｘ", "1949-12-31"),
])
def test_c33_a_right_number_is_read_with_its_birth_date(number: str, born: str) -> None:
    document = read_document("resident_id", number, today=TODAY)
    assert (document.type, document.birth_date) == ("resident_id", date.fromisoformat(born))
    assert document.number[-1] in "0123456789X"


@pytest.mark.parametrize("number", ["810000199001010019", "830000199001010012"])
@pytest.mark.parametrize("called", ["resident_id", "residence_permit"])
def test_c33_a_residence_permit_is_one_whatever_it_is_called(
        number: str, called: DocumentType) -> None:
    document = read_document(called, number, today=TODAY)
    assert (document.type, document.birth_date) == ("residence_permit", date(1990, 1, 1))


@pytest.mark.parametrize(("number", "reason"), [
    ("440307201102290015", "出生日期不存在"),  # the check digit is right
    ("110105194912310021", "校验码"), ("11010519491231002", "18 位"), ("", "18 位"),
    ("1101051949123100²X", "18 位"), ("11010519491231002XX", "18 位"),
    (card("2026-09-02"), "还没有到"),
])
def test_c33_a_wrong_number_is_refused_and_never_repeated(number: str, reason: str) -> None:
    with pytest.raises(BadDocument) as refused:
        read_document("resident_id", number, today=TODAY)
    assert reason in str(refused.value) and list(refused.value.errors) == ["document.number"]
    assert not number or number not in str(refused.value)


def test_c33_a_birth_date_of_today_is_real() -> None:
    assert read_document("resident_id", card("2026-09-01"), today=TODAY).birth_date == TODAY


@settings(deadline=None)
@given(place=st.integers(0, 17), digit=st.integers(0, 9))
def test_c33_one_wrong_digit_is_always_found(place: int, digit: int) -> None:
    right = "440307201206150017"
    wrong = right[:place] + str(digit) + right[place + 1:]
    if wrong != right:
        with pytest.raises(BadDocument):
            read_document("resident_id", wrong, today=TODAY)


@pytest.mark.parametrize(("kind", "written", "kept"), [
    ("passport", "e 1234567", "E1234567"), ("hk_macao_permit", "H12345678", "H12345678"),
    ("hk_macao_permit", "h1234567801", "H12345678"), ("taiwan_permit", "01234567", "01234567"),
    ("foreign_permanent_resident", "usa123456789012", "USA123456789012"),
    ("foreign_permanent_resident", card("1990-01-01", area="911100"),
     card("1990-01-01", area="911100")),
])
def test_c35_other_documents_have_one_form_per_person(
        kind: DocumentType, written: str, kept: str) -> None:
    assert read_document(kind, written, today=TODAY).number == kept


@pytest.mark.parametrize(("kind", "written"), [
    ("passport", "abc"), ("passport", "ABCDEFG"), ("hk_macao_permit", "A12345678"),
    ("hk_macao_permit", "H123456789"), ("taiwan_permit", "1234567"),
    ("residence_permit", "11010519491231002X"), ("foreign_permanent_resident", "123"),
    ("foreign_permanent_resident", "11010519491231002X"),
])
def test_c33_other_documents_are_checked_by_their_form(kind: DocumentType, written: str) -> None:
    with pytest.raises(BadDocument):
        read_document(kind, written, today=TODAY)


@settings(deadline=None)
@given(st.uuids(), st.integers(0, 9), st.integers(0, 9))
def test_a_volunteers_number_finds_a_wrong_digit(random: object, place: int, digit: int) -> None:
    number = number_from(str(random).replace("-", ""))
    wrong = number[:place] + str(digit) + number[place + 1:]
    assert is_number(number) and (wrong == number or not is_number(wrong))
    swapped = number[:4] + number[5] + number[4] + number[6:]
    assert swapped == number or not is_number(swapped)
