"""Malformed input from good input: bytes and JSON values altered at random, from a seed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from typing import Any

ODD_BYTES = (
    b"\0", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\x1b[2J", b"\xc2\x9b2J", b"\xe2\x80\xae", b"\n",
    b"\r", b"\r\n", b'"', b"'", b",", b"{", b"}", b"[" * 600, b"]", b":", b"\\u0000", b"\\ud800", b"=1+1", b"NaN",
    b"1e999", b"-1", b"99999999999999999999", b"null", b"true", b"0.5", b"a" * 5000, b"=cmd|' /C calc'!A0", b"%n%s",
    b"../../etc/passwd", b"<script>", b"]]>", b"-->", b"#{}", b"${x}",
)  # fmt: skip
ODD_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 1e308, 2**63, 2**200, "", " ", "\0", "\x1b[31m", "\x9b31m", "\u202e", "\ud800",
    "a\nError: b", "a" * 5000, [], {}, [[]], [None], {"": None}, {"a": {"b": {}}}, "chat", "ringing", "originator",
    "none", [1, 2, 3],
)  # fmt: skip


def mutate(good: Sequence[bytes], chance: random.Random) -> bytes:
    """One malformed input made of good ones."""
    data = chance.choice(good)
    if chance.random() < 0.5:
        found = _json(data, chance)
        if found is not None:
            return found
    for _ in range(chance.choice((1, 1, 1, 2, 4, 16))):
        data = chance.choice(WAYS)(data, good, chance)
    return data


def _json(data: bytes, chance: random.Random) -> bytes | None:
    """A JSON document, or one line of many, with a value somewhere in it replaced, taken out, or said twice."""
    lines = data.splitlines(keepends=True)
    n = chance.randrange(len(lines)) if lines else 0
    for first, last in ((0, len(lines)), (n, n + 1)):
        try:
            value = json.loads(b"".join(lines[first:last]))
        except ValueError:
            continue
        for _ in range(chance.choice((1, 1, 2, 3))):
            value = altered(value, chance)
        text = json.dumps(value).encode()
        if chance.random() < 0.1 and text.startswith(b'{"'):
            text = b"{" + text[1:-1] + b", " + text[1:]
        return b"".join([*lines[:first], text, b"\n" if last < len(lines) else b"", *lines[last:]])
    return None


def altered(value: Any, chance: random.Random) -> Any:
    """A JSON value with one of the values in it changed."""
    if isinstance(value, (dict, list)) and value and chance.random() < 0.85:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        key = chance.choice(keys)
        copy = value.copy()
        way = chance.random()
        if way < 0.08:
            del copy[key]
        elif way < 0.14 and isinstance(copy, dict):
            copy[str(chance.choice(ODD_VALUES))] = copy.pop(key)
        elif way < 0.2 and isinstance(copy, list):
            copy.insert(key, copy[chance.choice(keys)])
        else:
            copy[key] = altered(value[key], chance)
        return copy
    return chance.choice(ODD_VALUES)


def _flip(data: bytes, good: Sequence[bytes], chance: random.Random) -> bytes:
    if not data:
        return data
    n = chance.randrange(len(data))
    return data[:n] + bytes([data[n] ^ 1 << chance.randrange(8)]) + data[n + 1 :]


def _cut(data: bytes, good: Sequence[bytes], chance: random.Random) -> bytes:
    first, last = sorted(chance.randrange(len(data) + 1) for _ in "ab")
    return data[:first] + data[last:]


def _end(data: bytes, good: Sequence[bytes], chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _again(data: bytes, good: Sequence[bytes], chance: random.Random) -> bytes:
    first, last = sorted(chance.randrange(len(data) + 1) for _ in "ab")
    return data[:last] + data[first:last][:1000] + data[last:]


def _put(data: bytes, good: Sequence[bytes], chance: random.Random) -> bytes:
    n = chance.randrange(len(data) + 1)
    return data[:n] + chance.choice(ODD_BYTES) + data[n + chance.randrange(4) :]


def _splice(data: bytes, good: Sequence[bytes], chance: random.Random) -> bytes:
    other = chance.choice(good)
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other) + 1) :]


WAYS: tuple[Callable[[bytes, Sequence[bytes], random.Random], bytes], ...] = (_flip, _cut, _end, _again, _put, _splice)
