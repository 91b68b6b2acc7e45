"""Every error of the package gets from one process to another as it is."""

from __future__ import annotations

import pickle
import pkgutil
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context

import pytest

import fsm
from fsm import Conversation, Refused, tenant
from fsm.readers.columns import NotAmong
from fsm.serve.problems import Trouble
from tests.people import PAIRS


def unknown_user() -> tenant.UnknownUser:
    """What is raised for a user that an export does not have."""
    with pytest.raises(tenant.UnknownUser) as caught:
        fsm.tenant.load("fsm/data/contoso/users.csv")["nobody@contoso.com"]
    return caught.value


def refused() -> Refused:
    """What is raised for a refused event."""
    with pytest.raises(Refused) as caught:
        Conversation(PAIRS["teams>sfb"]).fire("hang_up", "originator")
    return caught.value


MADE: dict[str, Callable[[], Exception]] = {
    "Refused": refused,
    "UnknownUser": unknown_user,
    "Trouble": lambda: Trouble("request", "what is wrong"),
    "NotAmong": lambda: NotAmong("event", "sing", ("hold", "resume")),
}


def errors() -> list[type[Exception]]:
    """The errors of all modules; those that begin with an underscore, and NotData, stay where they are raised."""
    found: dict[str, type[Exception]] = {}
    for each in pkgutil.walk_packages(fsm.__path__, "fsm."):
        if each.name.rpartition(".")[2] != "__main__":
            for name, kind in vars(import_module(each.name)).items():
                if isinstance(kind, type) and issubclass(kind, Exception) and kind.__module__.startswith("fsm."):
                    found[name] = kind
    return [kind for name, kind in sorted(found.items()) if not name.startswith("_") and name != "NotData"]


def test_they_are_found() -> None:
    assert {"Refused", "UnknownEvent", "SnapshotError", "UnknownUser", "LogError", "SuiteError"} <= {
        kind.__name__ for kind in errors()
    }


@pytest.mark.parametrize("kind", errors(), ids=lambda kind: kind.__name__)
def test_an_error_comes_out_of_a_pickle_as_it_went_in(kind: type[Exception]) -> None:
    error = MADE.get(kind.__name__, lambda: kind("what is wrong"))()
    for _ in range(2):
        again = pickle.loads(pickle.dumps(error))
        assert isinstance(again, kind)
        assert (str(again), again.args) == (str(error), error.args)
        if isinstance(error, Refused) and isinstance(again, Refused):
            assert again.refusal == error.refusal
        error = again


def test_a_pool_of_processes_tells_what_its_workers_raise() -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        said = pool.submit(unknown_user).result(60)
    assert str(said) == str(unknown_user())
