"""What is asked of the database, as text for its driver: made of the tables by SQLAlchemy, once for each dialect.

An event is two of them, ``see`` and then ``step``; the second alone where a host remembers what it would see. On
PostgreSQL what writes two rows is one statement, a transaction by itself; SQLite has one writer at a time, so there a
transaction that writes is alone.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Literal, NamedTuple, TypeAlias

from sqlalchemy import Select, UpdateBase, bindparam, case, cast, delete, func, select, true, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import psycopg

from fsm.hosts.sql.schema import CONVERSATION, EVENT

DialectName: TypeAlias = Literal["sqlite", "postgresql"]
Parameters: TypeAlias = dict[str, Any]
C, E = CONVERSATION.c, EVENT.c


class Statement(NamedTuple):
    """The text of a statement, those of its parameters that are always the same, and whether it finds rows."""

    text: str
    always: Parameters
    finds: bool


class Statements(NamedTuple):
    """Every statement. What writes a step or a refusal is one or two: one that writes nothing has to be undone."""

    add: Statement
    lock: Statement | None
    see: Statement
    due: Statement
    mark: Statement
    undo: Statement
    step: tuple[Statement, ...]
    refuse: tuple[Statement, ...]
    line: Statement
    snapshot: Statement
    awaited: Statement
    history: Statement
    names: Statement
    soonest: Statement
    claim: Statement
    effects: Statement
    settle: Statement
    stuck: Statement
    retry: Statement
    postpone: Statement
    idle: Statement
    forget: tuple[Statement, ...]
    vacuum: tuple[Statement, ...]


VACUUM: dict[DialectName, list[str]] = {
    "sqlite": ["VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"],
    "postgresql": [f"VACUUM (ANALYZE) {CONVERSATION.name}, {EVENT.name}"],
}
WHERE = (C.version, C.seq, C.refused, C.snapshot, C.awaited, C.asked)
LINE = (E.seq, E.key, E.event, E.by, E.accepted, E.answer, E.at, E.specification, E.of, E.pairing)


@cache
def statements(dialect: DialectName) -> Statements:
    """Every statement, in the words of a dialect."""
    psycopg3: Any = psycopg.dialect
    speaks = psycopg3() if dialect == "postgresql" else sqlite.dialect(paramstyle="named")
    conflict: Any = postgresql if dialect == "postgresql" else sqlite

    def text(made: Select[Any] | UpdateBase) -> Statement:
        done = made.compile(dialect=speaks)
        always = {name: value for name, value in done.params.items() if not name.startswith("_")}
        return Statement(str(done), always, len(made.exported_columns) > 0)

    given = {each.key: bindparam(f"_{each.key}", type_=each.type) for each in EVENT.c}
    line = conflict.insert(EVENT).values(given)
    this = C.id == bindparam("_conversation")
    as_seen = [each == bindparam(f"_seen_{each.key}", type_=each.type) for each in WHERE]

    def written(**values: Any) -> tuple[Statement, ...]:
        """A line, and what becomes of its conversation where that stands as seen; in SQLite, the other way about."""
        done = update(CONVERSATION).values(version=C.version + 1, at=bindparam("_at"), **values)
        if dialect == "sqlite":  # who writes has read in the same transaction: nobody else wrote
            return text(done.where(this, as_seen[0])), text(line)
        here = select(*given.values()).select_from(CONVERSATION).where(this, *as_seen).with_for_update()
        new = conflict.insert(EVENT).from_select(list(EVENT.c), here)
        new = new.on_conflict_do_nothing(index_elements=EVENT.primary_key).returning(E.conversation).cte("line")
        return (text(done.where(C.id == new.c.conversation)),)

    now = bindparam("_now", type_=C.pending.type)
    fresh = C.lease.is_(None) & (C.attempts == 0)  # waits for nothing but a worker, whatever time that one is told
    ready = (C.pending <= bindparam("_latest"), (C.pending <= now) | fresh)
    first = select(C.id).where(*ready).order_by(C.pending).limit(bindparam("_most"))
    claimed = first.with_for_update(skip_locked=True).cte("claimed")
    of_key = (E.conversation == given["conversation"], E.key.between(given["key"], given["key"]))
    found = select(*LINE).where(*of_key).order_by(E.key).limit(1).subquery()  # so that no plan reads by another index
    seeing = select(*WHERE, *found.c).select_from(CONVERSATION.outerjoin(found, true())).where(this)
    idle = (C.at < bindparam("_before"), C.due.is_(None), C.pending.is_(None), ~C.stuck)
    return Statements(
        add=text(
            conflict.insert(CONVERSATION)
            .values(
                id=bindparam("_conversation"),
                version=1,
                seq=0,
                refused=0,
                snapshot=bindparam("_snapshot"),
                awaited="{}",
                asked=-1,
                next_seq=0,
                next_n=0,
                attempts=0,
                stuck=False,
                at=bindparam("_at"),
            )
            .on_conflict_do_nothing()
        ),
        lock=None if dialect == "sqlite" else text(select(C.id).where(this).with_for_update()),
        see=text(seeing),
        due=text(select(*WHERE, C.id).where(C.due <= now).order_by(C.due).limit(1).with_for_update(skip_locked=True)),
        mark=Statement("SAVEPOINT expiry", {}, False),
        undo=Statement("ROLLBACK TO SAVEPOINT expiry", {}, False),
        step=written(
            seq=bindparam("_seq"),
            refused=0,
            snapshot=bindparam("_snapshot"),
            awaited=bindparam("_awaited"),
            due=bindparam("_due"),
            asked=bindparam("_asked"),
            pending=case((C.stuck, None), (bindparam("_asks"), func.coalesce(C.pending, now)), else_=C.pending),
        ),
        refuse=written(refused=C.refused + 1, awaited=bindparam("_awaited"), due=bindparam("_due")),
        line=text(line),
        snapshot=text(select(C.snapshot).where(this)),
        awaited=text(select(C.awaited).where(this)),
        history=text(select(*LINE).where(E.conversation == bindparam("_conversation")).order_by(E.seq, E.after)),
        names=text(select(C.id).where(C.id > bindparam("_after")).order_by(C.id).limit(bindparam("_most"))),
        soonest=text(
            select(
                *(
                    select(each).where(each.is_not(None)).order_by(each).limit(1).scalar_subquery()
                    for each in (C.due, C.pending)
                )
            )
        ),
        claim=text(
            update(CONVERSATION)
            .where(C.id.in_(select(claimed.c.id)))
            .values(lease=bindparam("_lease"), pending=bindparam("_until"))
            .returning(C.id, C.next_seq, C.next_n, C.attempts)
        ),
        effects=text(
            select(E.conversation, E.answer, E.at)
            .join(CONVERSATION, C.id == E.conversation)
            .where(C.pending == bindparam("_until"), C.lease == bindparam("_lease"))
            .where(E.accepted, E.seq >= C.next_seq)
            .order_by(E.conversation, E.seq)
            .limit(bindparam("_most"))
        ),
        settle=text(
            update(CONVERSATION)
            .where(this, C.lease == bindparam("_lease"))
            .values(
                lease=None,
                next_seq=bindparam("_next_seq"),
                next_n=bindparam("_next_n"),
                attempts=bindparam("_attempts"),
                error=func.coalesce(
                    bindparam("_error", type_=C.error.type), case((bindparam("_attempts") > 0, C.error))
                ),
                stuck=bindparam("_stuck"),
                pending=case((C.asked >= bindparam("_next_seq"), cast(bindparam("_again"), C.pending.type))),
            )
        ),
        stuck=text(
            select(C.next_n, C.attempts, C.error, E.answer)
            .join(EVENT, (E.conversation == C.id) & (E.seq == C.next_seq) & (E.after == 0))
            .where(C.stuck, C.error.is_not(None))
            .order_by(C.id)
        ),
        retry=text(update(CONVERSATION).where(this, C.stuck).values(stuck=False, attempts=0, error=None, pending=now)),
        postpone=text(update(CONVERSATION).where(this, C.due <= now).values(due=bindparam("_again"))),
        idle=text(select(C.id).where(C.id > bindparam("_after"), *idle).order_by(C.id).limit(bindparam("_most"))),
        forget=(
            text(delete(CONVERSATION).where(this, *idle)),
            text(delete(EVENT).where(E.conversation == bindparam("_conversation"))),
        ),
        vacuum=tuple(Statement(each, {}, False) for each in VACUUM[dialect]),
    )
