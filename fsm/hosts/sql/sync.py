"""The face for threads."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from math import inf, isfinite
from pathlib import Path
from threading import Event as Flag
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import URL, Connection, Engine, PoolProxiedConnection

from fsm.engine.outcome import Refusal, Refused
from fsm.hosts.cloudevents import sourced
from fsm.hosts.host import (
    ATTEMPTS,
    CHANGE,
    Awaited,
    Done,
    Line,
    Stuck,
    admitted,
    asked,
    checked,
    checked_id,
    moment,
)
from fsm.hosts.log import rows
from fsm.hosts.sql.connections import address, dialect, set_up, sync_engine
from fsm.hosts.sql.core import BUSY, KNOWN, SERVICE, Asked, Core, Overtaken, Steps
from fsm.hosts.sql.delivery import Plan, Transaction, Work
from fsm.hosts.sql.migrate import see_there, see_to
from fsm.hosts.sql.turn import Turn
from fsm.notation import Party
from fsm.notation.echo import echo
from fsm.spec.parties import Pairing

if TYPE_CHECKING:
    from fsm.engine.conversation import Conversation
    from fsm.spec.names import Event, PartyName

T = TypeVar("T")
LEASE = 30.0
"""For how many seconds a worker claims a conversation, unless it is told otherwise."""
REST = 0.1
"""After how many seconds a worker looks again for what others have brought."""
LOG = logging.getLogger(__name__)


class Host:
    """A host in a database of SQLite or PostgreSQL. It keeps to ``fsm.hosts.host.Host``.

    Threads may share it, and any number of processes the database. It opens connections when it first needs them, and
    makes or migrates its tables then.

    Args:
        database: its address, such as ``sqlite:///talks.db`` or ``postgresql+psycopg://user@server/database``; or an
            engine of SQLAlchemy, which is set up for what hosts need of SQLite.
        migrate: whether to make or migrate the tables; else they have to be there, by ``migrate()``.
        attempts: how often an effect is tried before its conversation is stuck.
        secret: signs the snapshots, where others can write to the database: 32 random bytes that it does not have.
        clock: the time, in seconds since the epoch.

    Raises:
        ValueError: the database is neither SQLite in a file nor PostgreSQL by psycopg, or ``attempts`` is not accepted.
    """

    def __init__(
        self,
        database: str | URL | Engine,
        *,
        migrate: bool = True,
        attempts: int = ATTEMPTS,
        secret: bytes | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if isinstance(database, Engine):
            address(database.url)
            set_up(database)
        self.engine = database if isinstance(database, Engine) else sync_engine(address(database))
        self._theirs = isinstance(database, Engine)
        self.core = Core(dialect(self.engine), clock, secret)
        self._attempts = counted("attempts", attempts)
        self._turn = Turn(Path(f"{self.engine.url.database}-turn")) if dialect(self.engine) == "sqlite" else None
        self._idle: list[PoolProxiedConnection] = []
        self._busy: dict[str, int] = {}
        self._migrates = migrate
        self.seen_to = False
        self._seeing = Lock()

    def __enter__(self) -> Host:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; those of an engine that it was given are its owner's."""
        if self._turn is not None:
            self._turn.close()
        while self._idle:
            lent = self._idle.pop()
            self._by_itself(lent, False)
            lent.close()
        if not self._theirs:
            self.engine.dispose()

    def migrate(self) -> None:
        """Make the tables, or migrate them to this release.

        Raises:
            SchemaError: they are of a newer release.
        """
        see_to(self.engine)
        self.seen_to = True

    def open(self, conversation: str, pairing: Pairing, *, key: str, within: Connection | None = None) -> Done:
        """As ``fsm.hosts.host.Host.open``; see ``fire`` for ``within``."""
        name, key = checked(conversation, key)
        return self.transact(self.core.open(name, key, admitted(pairing)), within)

    def fire(
        self,
        conversation: str,
        event: Event,
        by: Party | PartyName,
        *,
        key: str,
        of: int | None = None,
        within: Connection | None = None,
    ) -> Done:
        """As ``fsm.hosts.host.Host.fire``.

        Args:
            conversation: the id of the conversation.
            event: the event.
            by: who fires it.
            key: names this request.
            of: the number of the step that asked for the event, where it is an answer.
            within: a connection of ``engine`` whose transaction this is to be part of: it happens if that commits.
                A refusal is kept if it does, too.
        """
        name, key = checked(conversation, key)
        event, by = asked(event, by, of)
        return self._asked(Asked(name, key, event, by.value, of), within)

    def change(self, conversation: str, pairing: Pairing, *, key: str, within: Connection | None = None) -> Done:
        """As ``fsm.hosts.host.Host.change``; see ``fire`` for ``within``."""
        name, key = checked(conversation, key)
        return self._asked(Asked(name, key, CHANGE, SERVICE, None, admitted(pairing)), within)

    def read(self, conversation: str) -> Conversation:
        """As ``fsm.hosts.host.Host.read``."""
        return self.look(self.core.read(checked_id(conversation)))

    def awaited(self, conversation: str) -> tuple[Awaited, ...]:
        """As ``fsm.hosts.host.Host.awaited``."""
        return self.look(self.core.awaited(checked_id(conversation)))

    def history(self, conversation: str) -> tuple[Line, ...]:
        """As ``fsm.hosts.host.Host.history``."""
        return self.look(self.core.history(checked_id(conversation)))

    def check(self, conversation: str) -> None:
        """See that the history of a conversation leads, by the tables of today, to where it stands.

        Raises:
            ValueError: it does not.
        """
        self.transact(self.core.check(checked_id(conversation)))

    def log(self, conversation: str) -> tuple[dict[str, Any], ...]:
        """The history of a conversation as rows of a log, for ``fsm replay`` (``fsm.hosts.log``)."""
        return tuple(rows(conversation, self.history(conversation)))

    def conversations(self) -> Iterator[str]:
        """The ids of all conversations, in order."""
        after = ""
        while names := self.look(self.core.names(after)):
            yield from names
            after = names[-1]

    def work(
        self,
        deliver: Callable[[Any], object],
        *,
        now: float | None = None,
        lease: float = LEASE,
        source: str | None = None,
    ) -> int:
        """As ``fsm.hosts.host.Host.work``. What a timer's step raised is raised once all else is done.

        Args:
            deliver: carries an effect out, within half of the lease.
            now: the time; default: that of the host's clock.
            lease: for how many seconds conversations are claimed.
            source: a URI; if given, ``deliver`` gets CloudEvents of this source (``fsm.hosts.cloudevents``).
        """
        return self._worked(self.working(lease, source), deliver, now)

    def run(
        self,
        deliver: Callable[[Any], object],
        *,
        workers: int = 1,
        lease: float = LEASE,
        source: str | None = None,
        stop: Flag | None = None,
        rest: float = REST,
    ) -> None:
        """Work until stopped: then each worker ends with the effect that it delivers, and says how far it came.

        A database that is gone is waited for, and said in the log.

        Args:
            deliver: carries an effect out, within half of the lease. Workers call it side by side.
            workers: how many threads.
            lease: for how many seconds a worker claims conversations; those of one that is killed wait for so long.
            source: as of ``work``.
            stop: set to stop; default: whatever interrupts this thread.
            rest: for how many seconds a worker that finds nothing waits before it looks again; ten times as long where
                something went wrong.
        """
        flag = Flag() if stop is None else stop
        broken: list[BaseException] = []
        work = self.working(lease, source, lambda: not flag.is_set())

        def working() -> None:
            wait = 0.0
            try:
                while not flag.wait(wait):
                    wait = self._tried(work, deliver, rest)
            except BaseException as error:
                broken.append(error)
                flag.set()

        threads = [Thread(target=working, name=f"fsm worker {n}") for n in range(counted("workers", workers))]
        for each in threads:
            each.start()
        try:
            for each in threads:
                each.join()
        finally:
            flag.set()
            for each in threads:
                each.join()
        if broken:
            raise broken[0]

    def stuck(self) -> tuple[Stuck, ...]:
        """As ``fsm.hosts.host.Host.stuck``."""
        return self.look(self.core.stuck())

    def retry(self, conversation: str) -> bool:
        """As ``fsm.hosts.host.Host.retry``."""
        return self.transact(self.core.retry(checked_id(conversation)))

    def purge(self, *, before: float) -> int:
        """Forget the conversations, and their histories, that nothing has happened to since; how many.

        One that has a timer running or an effect to deliver is kept. A key of one that is forgotten is forgotten too.

        Args:
            before: a time, in seconds since the epoch.

        Raises:
            ValueError: it is none.
        """
        if isinstance(before, bool) or not isinstance(before, int | float) or not isfinite(before):
            raise ValueError(f"before: {echo(before)} is not accepted; give seconds since the epoch")
        gone, after = 0, ""
        while True:
            some, last = self.transact(self.core.forget(before, after))
            gone += some
            if last is None:
                return gone
            after = last

    def vacuum(self) -> None:
        """Give back the room of what was forgotten (``purge``): of SQLite, which writes its file anew, to the disk, and
        nobody writes meanwhile; of PostgreSQL, to what comes.
        """
        with self._turn or nullcontext():
            self.look(self.core.vacuum())

    def working(self, lease: float, source: str | None, goes_on: Callable[[], bool] = lambda: True) -> Work:
        """How to work.

        Raises:
            ValueError: the lease is no number of seconds, or the source is none.
        """
        if isinstance(lease, bool) or not isinstance(lease, int | float) or not 0 < lease < inf:
            raise ValueError(f"lease: {echo(lease)} is not accepted; give seconds")
        return Work(self.core, self._attempts, lease, source if source is None else sourced(source), goes_on)

    def _tried(self, work: Work, deliver: Callable[[Any], object], rest: float) -> float:
        """Work once; after how many seconds to look again."""
        try:
            return 0.0 if self._worked(work, deliver, None) else rest
        except Exception:
            LOG.exception("a worker goes on after %s s", 10 * rest)
            return 10 * rest

    def _worked(self, work: Work, deliver: Callable[[Any], object], now: float | None) -> int:
        plan: Plan[int] = work.once(self.core.clock() if now is None else moment(now))
        answer: Any = None
        try:
            while True:
                each = plan.send(answer)
                if isinstance(each, Transaction):
                    answer = self.transact(each.steps) if each.writes else self.look(each.steps)
                else:
                    answer = _raised(deliver, each.what)
        except StopIteration as done:
            return int(done.value)

    def _asked(self, request: Asked, within: Connection | None) -> Done:
        if within is None and self.alone(request.conversation):
            self.see_to()
            with suppress(Overtaken):
                return accepted(self._taken(self.core.ask(request, lock=False)))
            self.overtaken(request.conversation)
        return accepted(self.transact(self.core.ask(request), within))

    def alone(self, name: str) -> bool:
        """Whether nobody else seems to write to a conversation, so that it need not be locked before it is read."""
        left = self._busy.get(name, 0)
        if left:
            self._busy[name] = left - 1
        return self._turn is None and not left

    def overtaken(self, name: str) -> None:
        """Somebody else does."""
        if len(self._busy) >= KNOWN:
            self._busy.clear()
        self._busy[name] = BUSY

    def look(self, steps: Steps[T]) -> T:
        """Take a step that only reads."""
        self.see_to()
        return self._taken(steps)

    def transact(self, steps: Steps[T], within: Connection | None = None) -> T:
        """Take steps in a transaction of their own, or the caller's."""
        if within is not None:
            return self.joining(within, steps)
        self.see_to()
        if self._turn is None:
            return self._taken(steps, "BEGIN")
        with self._turn:
            return self._taken(steps, "BEGIN IMMEDIATE")

    def joining(self, within: Connection, steps: Steps[T]) -> T:
        """Take steps in the caller's transaction.

        Raises:
            ValueError: the connection is none, or has no transaction.
            SchemaError: the tables are not there.
        """
        if not isinstance(within, Connection):
            raise ValueError(f"within: {echo(within)} is not accepted; give a connection of host.engine")
        if not within.in_transaction():
            raise ValueError("within: the connection has no transaction; use `with host.engine.begin() as connection`")
        if not self.seen_to:
            see_there(within)
            self.seen_to = True
        return taken(steps, within.connection.cursor())

    def see_to(self) -> None:
        """See, once, that the tables are there.

        Raises:
            SchemaError: they are of a newer release, or are not there and are not to be made.
        """
        if not self.seen_to:
            with self._seeing:
                see_to(self.engine, self._migrates)
                self.seen_to = True

    def _taken(self, steps: Steps[T], begin: str = "") -> T:
        """What steps come to, each a transaction by itself or all in one, which is undone if something is raised."""
        lent = self._lent()
        connection: Any = lent.driver_connection
        try:
            cursor = connection.cursor()
            if begin:
                cursor.execute(begin)
            result = taken(steps, cursor)
            if begin:
                connection.commit()
        except BaseException:
            with suppress(Exception):  # a connection that is gone has nothing to undo
                connection.rollback()
            if getattr(connection, "closed", False):
                self._cut(lent)
            else:
                self._back(lent)
            raise
        self._back(lent)
        return result

    def _lent(self) -> PoolProxiedConnection:
        """A connection that the engine's pool has lent: each statement is a transaction unless one is begun."""
        with suppress(IndexError):
            return self._idle.pop()
        lent = self.engine.raw_connection()
        self._by_itself(lent, True)
        return lent

    def _by_itself(self, lent: PoolProxiedConnection, on: bool) -> None:
        """Whether each statement is a transaction by itself; SQLite's are set up so."""
        if self._turn is None:
            connection: Any = lent.driver_connection
            connection.autocommit = on

    def _back(self, lent: PoolProxiedConnection) -> None:
        """Keep a connection for the next step; one of somebody else's engine goes back."""
        if self._theirs:
            self._by_itself(lent, False)
            lent.close()
        else:
            self._idle.append(lent)

    def _cut(self, lent: PoolProxiedConnection) -> None:
        """A connection is gone, and the others went with it."""
        lent.invalidate()
        while self._idle:
            self._idle.pop().invalidate()
        self.engine.dispose()


def taken(steps: Steps[T], cursor: Any) -> T:
    """What steps come to, taken over a cursor of a driver; what the database raises is raised where they ask."""
    found: Any = None
    ask: Any = steps.send
    try:
        while True:
            (text, always, finds), given = ask(found)
            try:
                if isinstance(given, list):
                    cursor.executemany(text, [always | each for each in given])
                else:
                    cursor.execute(text, always | given)
                found, ask = cursor.fetchall() if finds else cursor.rowcount, steps.send
            except Exception as error:
                found, ask = error, steps.throw
    except StopIteration as done:
        result: T = done.value
        return result


def accepted(done: Done | Refusal) -> Done:
    """A step.

    Raises:
        Refused: it is none.
    """
    if isinstance(done, Refusal):
        raise Refused(done)
    return done


def counted(what: str, number: int) -> int:
    """A number from 1.

    Raises:
        ValueError: it is none.
    """
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise ValueError(f"{what}: {echo(number)} is not accepted; give a number from 1")
    return number


def _raised(deliver: Callable[[Any], object], what: Any) -> Exception | None:
    """What delivering raises, if anything."""
    try:
        deliver(what)
    except Exception as error:
        return error
    return None
