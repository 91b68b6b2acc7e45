"""Encodings, headers and rows of CSV files."""

from __future__ import annotations

import codecs
import io

import pytest

from fsm.readers.csvfile import Header, encoding, header, rows


@pytest.mark.parametrize(
    ("begins", "name"),
    [
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
        (codecs.BOM_UTF8, "utf-8-sig"),
        (b"a,b", "utf-8-sig"),
        (b"", "utf-8-sig"),
    ],
)
def test_a_byte_order_mark_tells_the_encoding(begins: bytes, name: str) -> None:
    assert encoding(io.BufferedReader(io.BytesIO(begins))) == name


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a,b;c\nd", Header("a,b;c\n", 1, ",")),
        ("\n#TYPE User\na;b;c,d\n", Header("a;b;c,d\n", 3, ";")),
        ("a\tb\n", Header("a\tb\n", 1, "\t")),
        (" \n", Header("", 0, ",")),
    ],
)
def test_the_header_is_the_first_line_that_says_something(text: str, found: Header) -> None:
    assert header(io.StringIO(text)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1,2\n3,4\n", [(3, ["1", "2", ""]), (4, ["3", "4", ""])]),
        ('"1\n1",2\n3,4\n', [(3, ["1\n1", "2", ""]), (5, ["3", "4", ""])]),
        ("1,2,3\n\n4,5\n", [(3, "3 fields"), (5, ["4", "5", ""])]),
        ('1,"2\n3\n', [(3, "unexpected end of data, up to line 4; a quote opens on line 3")]),
        ("", []),
    ],
)
def test_rows_have_the_line_they_begin_on(text: str, found: list[object]) -> None:
    assert list(rows(io.StringIO(text), Header("a,b", 2, ","), 2)) == found
