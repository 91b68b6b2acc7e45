"""What SECURITY.md says of limits is what the code holds."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[1] / "SECURITY.md").read_text(encoding="utf-8")
LIMITS = re.findall(r"^\| ([^|]+) \| ([\d,]+)[^|]* \| `([\w.]+)` \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("limit", "value", "where"), LIMITS)
def test_a_limit_is_what_the_page_says(limit: str, value: str, where: str) -> None:
    module, _, name = where.rpartition(".")
    assert getattr(import_module(module), name) == int(value.replace(",", "")), limit


def test_the_page_has_limits() -> None:
    assert len(LIMITS) > 5
