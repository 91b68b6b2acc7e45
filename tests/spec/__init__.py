"""Tests of the specification, as tables and stories that read like it."""

import pytest

pytest.register_assert_rewrite("tests.spec.tables")
