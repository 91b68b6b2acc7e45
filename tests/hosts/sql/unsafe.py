"""Hosts that are without one of their safeguards, to see that the want of it is found."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import uuid4

from sqlalchemy import Connection, text

from fsm.hosts.host import OPEN, Line, timer_key
from fsm.hosts.sql import Host
from fsm.hosts.sql.connections import dialect
from fsm.hosts.sql.core import SERVICE, Asked, Core, Standing, Steps, _json, _waits
from fsm.hosts.sql.statements import Parameters, Statement
from tests.hosts.sql.evidence import MARK

if TYPE_CHECKING:
    from fsm.spec.names import Event

T = TypeVar("T")
LOCKED = " FOR UPDATE SKIP LOCKED"
Making = Callable[..., Host]


class WithoutKey(Core):
    """Whatever is asked is new: no key is looked up, and none excludes another."""

    def _see(self, name: str, key: str, lock: bool = True) -> Steps[tuple[Standing, Line | None]]:
        here, line = yield from super()._see(name, key, lock)
        return here, line if line is not None and line.event == OPEN else None

    def _line(self, asked: Asked, *given: Any) -> Parameters:
        if asked.event != OPEN:
            asked = asked._replace(key=f"{asked.key}{MARK}{uuid4().hex}")
        return super()._line(asked, *given)


class WithoutLock(Core):
    """A row is read without its lock, and written whatever its version is."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        says = self.says
        step, refuse = (tuple(map(_unfenced, each)) for each in (says.step, says.refuse))
        self.says = says._replace(lock=None, due=_unlocked(says.due), step=step, refuse=refuse)


def _unlocked(each: Statement) -> Statement:
    return each._replace(text=each.text.replace(LOCKED, ""))


def _unfenced(each: Statement) -> Statement:
    return each._replace(text=re.sub(r" AND fsm_conversation\.\w+ = (:_seen_\w+|%\(_seen_\w+\)s::\w+)", "", each.text))


class WithoutOutbox(Core):
    """What a step asks of the outside is put down in a transaction of its own, after the step's."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.asked: list[Parameters] = []
        join = " JOIN outbox ON outbox.conversation = fsm_event.conversation AND outbox.seq = fsm_event.seq \nWHERE "
        effects = self.says.effects
        self.says = self.says._replace(effects=effects._replace(text=re.sub(r"\s+WHERE ", join, effects.text, count=1)))

    def _write(self, texts: tuple[Statement, ...], here: Standing, there: Standing, given: Parameters) -> Steps[None]:
        if given.get("_asks"):
            self.asked.append({name: given[name] for name in ("_conversation", "_seq", "_now")})
            given = {**given, "_asks": False}
        yield from super()._write(texts, here, there, given)

    def put_down(self) -> Steps[None]:
        """Put down what is asked of the outside."""
        words = "%({})s" if "%(" in self.says.snapshot.text else ":{}"
        conversation, seq, now = (words.format(f"_{name}") for name in ("conversation", "seq", "now"))
        while self.asked:
            given = self.asked.pop()
            yield Statement(f"INSERT INTO outbox VALUES ({conversation}, {seq})", {}, False), given
            pend = f"UPDATE fsm_conversation SET pending = coalesce(pending, {now}) WHERE id = {conversation}"
            yield Statement(pend, {}, False), given


class WithoutTimerSeq(Core):
    """A timer that was found to be due is fired, whether it is the one that runs by then or not."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.due: list[tuple[str, str, int] | None] = []

    def expire(self, now: float) -> Steps[tuple[str, Exception | None] | None]:
        """Look which timers are due, in a transaction; fire them, one in each of those that follow."""
        if not self.due:
            due = Statement(self.says.due.text.replace(LOCKED, ""), dict.fromkeys(self.says.due.always, 50), True)
            due = due._replace(always={**due.always, **({"param_2": 0} if "param_2" in due.always else {})})
            for *here, name in (yield due, {"_now": now}):
                waits = _waits(Standing(*here).awaited)
                self.due += [(name, event, seq) for event, (seq, at) in waits.items() if at is not None and at <= now]
            self.due += [None] * 40 if self.due else []
            return ("", None) if self.due else None
        found = self.due.pop()
        if found is None:  # it takes its time
            time.sleep(0.005)
            return "", None
        name, event, seq = found
        here, line = yield from self._see(name, timer_key(seq, event))
        if line is None and self._restored(here.snapshot).may(cast("Event", event), "service"):
            standing = here._replace(awaited=_json({**_waits(here.awaited), event: (seq, None)}))
            yield from self._fire(standing, Asked(name, timer_key(seq, event), event, SERVICE, seq), now)
        return name, None


class AnsweringEarly(Host):
    """What is asked is answered before it is committed."""

    def alone(self, name: str) -> bool:
        """Whether an event is a transaction by itself, which is committed before its answer is known."""
        return False

    def transact(self, steps: Steps[T], within: Connection | None = None) -> T:
        """Take steps; the answer is there before they are."""
        answers = SimpleQueue[Any]()

        def answered() -> Steps[T]:
            found = yield from steps
            answers.put((found, None))
            time.sleep(0.003)
            return found

        def taking() -> None:
            try:
                super(AnsweringEarly, self).transact(answered(), within)
            except BaseException as error:
                answers.put((None, error))

        Thread(target=taking).start()
        answer, error = answers.get()
        if error is not None:
            raise error
        return answer  # type: ignore[no-any-return]  # what the steps came to


class ReadingFirst(Host):
    """What is read is read before the transaction begins that writes: a lock is taken too late."""

    def transact(self, steps: Steps[T], within: Connection | None = None) -> T:
        """Take steps."""
        self.see_to()
        return self._taken(_late(steps))


def _late(steps: Steps[T]) -> Steps[T]:
    found, begun = None, False
    try:
        while True:
            statement, given = steps.send(found)
            if not begun and not statement.text.startswith("SELECT"):
                yield Statement("BEGIN", {}, False), {}
                begun = True
            found = yield statement, given
    except StopIteration as done:
        if begun:
            yield Statement("COMMIT", {}, False), {}
        result: T = done.value
        return result


class PuttingDownLater(Host):
    """What steps ask of the outside is put down once they are committed."""

    core: WithoutOutbox

    def alone(self, name: str) -> bool:
        """Whether an event needs no transaction but its own."""
        return False

    def transact(self, steps: Steps[T], within: Connection | None = None) -> T:
        """Take steps, and then put down what they ask."""
        done = super().transact(steps, within)
        super().transact(self.core.put_down(), within)
        return done


def _with(core: type[Core], host: type[Host] = Host) -> Making:
    def make(database: str, **given: Any) -> Host:
        made = host(database, **given)
        made.core = core(dialect(made.engine), made.core.clock, None)
        return made

    return make


SAFEGUARDS: dict[str, Making] = {
    "key": _with(WithoutKey),
    "outbox": _with(WithoutOutbox, PuttingDownLater),
    "lock": _with(WithoutLock, ReadingFirst),
    "timer": _with(WithoutTimerSeq),
    "commit": AnsweringEarly,
}
"""Hosts without a safeguard, by what they are without."""
NEEDS = {
    "outbox": "CREATE TABLE outbox (conversation VARCHAR(200), seq INTEGER)",
    "lock": "DROP INDEX fsm_event_order",
}
"""What has to be done to the tables for it: an index is a fence, too."""


def prepare(host: Host, without: str | None) -> None:
    """See that the tables are those of a host that is without a safeguard."""
    if without in NEEDS:
        with host.engine.begin() as connection:
            connection.execute(text(NEEDS[without]))
