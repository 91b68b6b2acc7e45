"""Conversations on Temporal are those of a host: the one suite, on a real server.

Where refusals are not kept, which is usual there, the checks are left out that ask for them again.
"""

from __future__ import annotations

import pytest

from fsm.hosts import conformance
from fsm.hosts.conformance import CHECKS, Check
from tests.hosts.temporal.conftest import Making

pytestmark = pytest.mark.real
KEPT_ALONE = {
    conformance.a_key_is_for_one_request,
    conformance.a_refusal_is_an_answer_too,
    conformance.a_stale_answer_is_kept,
    conformance.history_tells_it_all,
    conformance.keys_and_ids_are_plain_text,
    conformance.random_walks,
    conformance.the_same_key_at_once_is_one_step,
}
"""What takes refusals that are kept under their keys."""


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_host_that_keeps_refusals_conforms(check: Check, making: Making) -> None:
    check(making(keeps_refusals=True))


@pytest.mark.parametrize("check", [each for each in CHECKS if each not in KEPT_ALONE], ids=lambda check: check.__name__)
def test_so_does_one_that_does_not_but_for_keeping_them(check: Check, making: Making) -> None:
    check(making())


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.slow
def test_so_does_one_that_continues_as_new_all_the_time(check: Check, making: Making) -> None:
    check(making(keeps_refusals=True, after=3))
