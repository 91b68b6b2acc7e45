"""What cmdlets answer, in the shapes that PowerShell writes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from fsm.readers.answers import Answer, TenantError, answers, shape

GIVE = "give what it takes"


def read(tmp_path: Path, text: str) -> list[Answer]:
    """The answers in a text."""
    path = tmp_path / "answers"
    path.write_text(text, encoding="utf-8")
    return answers(str(path), 10_000, GIVE)


@pytest.mark.parametrize(
    ("text", "is_of"),
    [
        ("\n [", "json"),
        ("{", "json"),
        ("\r\n\r\nIdentity    : Global\r\n", "list"),
        ("Description:\n", "list"),
        ('"Identity","Mode"\n', "csv"),
        ("Identity;Mode", "csv"),
        ("#TYPE x\n", "csv"),
        ("UserPrincipalName", ""),
        ("7", ""),
        ("", ""),
    ],
)
def test_a_text_has_the_shape_it_begins_with(text: str, is_of: str) -> None:
    assert shape(text) == is_of


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('\n{"Identity": "a"}', [Answer("", [(2, {"Identity": "a"})])]),
        ('[\n{"a": 1},\n\n{"a": 1}]', [Answer("", [(2, {"a": 1}), (4, {"a": 1})])]),
        (
            '{"x": 1, "value": [\n{"a": 1},\n{"a": 2}], "Count": 2}',
            [Answer("", [(2, {"a": 1}), (3, {"a": 2})])],
        ),
        (
            '{"one": {"a": 1},\n"two": [{"b": 2}],\n"none": [], "text": "x", "words": ["x"]}',
            [Answer("one", [(1, {"a": 1})]), Answer("two", [(2, {"b": 2})])],
        ),
        (
            '{"DisplayName": "x", "Domains": [{"Name": "y"}]}',
            [Answer("", [(1, {"DisplayName": "x", "Domains": [{"Name": "y"}]})])],
        ),
        ("A : 1\nB :\n\n\nA : 2\nB : x : y\n", [Answer("", [(1, {"A": "1", "B": ""}), (5, {"A": "2", "B": "x : y"})])]),
        ("A : one\n    two\n", [Answer("", [(1, {"A": "one\ntwo"})])]),
        ('#TYPE x\n"A","B"\n"1","2"\n', [Answer("", [(3, {"A": "1", "B": "2"})])]),
    ],
)
def test_answers_are_records_with_the_line_they_begin_on(tmp_path: Path, text: str, found: list[Answer]) -> None:
    assert read(tmp_path, text) == found


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"value": [{"a": 1}], "Count": 2}', "says Count 2 and has 1 of them under value; export it again"),
        ("A : 1\nA : 2\n", "line 2: 'A' is given twice in one paragraph; write it with | Format-List"),
        ("A : 1\nPS C:\\>\n", "line 2: 'PS C:\\\\>' is no property with a value"),
        ("A : 1\n\n  wrapped\n", "line 3: 'wrapped' is no property"),
        ("A,B\n1\n", "line 2: 1 fields"),
        ('"A","B\n', "unexpected end of data"),
        ('{"a": {"b": 1, "b": 2}}', "'b' is given twice in one object"),
        ("[" + " " * 10_000, "has more than 10,000 bytes"),
        ("", "Input data was truncated"),
    ],
)
def test_what_is_not_whole_is_one_error(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(TenantError, match=f"answers: .*{re.escape(says)}.*; {GIVE}") as told:
        read(tmp_path, text)
    assert str(told.value).isprintable()


def test_lines_are_told_of_text_with_escapes_and_other_letters(tmp_path: Path) -> None:
    records = [{"Name": "Zoë\n"}, {"Name": "\u2028"}]
    (answer,) = read(tmp_path, json.dumps(records, ensure_ascii=False, indent=1))
    assert answer.records == [(2, records[0]), (5, records[1])]
