"""A host in a database is a host: the one suite, on both databases, with and without asyncio."""

from __future__ import annotations

from typing import cast

import pytest
from sqlalchemy import URL

from fsm.hosts.conformance import CHECKS, Check, on_a_loop
from fsm.hosts.sql import AsyncHost, Host


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_host_in_a_database_conforms(check: Check, database: URL) -> None:
    with Host(database) as host:
        check(host)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_so_does_one_under_asyncio(check: Check, database: URL) -> None:
    with on_a_loop(lambda: AsyncHost(database)) as host:
        try:
            check(host)
        finally:
            host.run(cast("AsyncHost", host.host).close())
