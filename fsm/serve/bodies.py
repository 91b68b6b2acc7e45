"""What is sent and answered, as models: FastAPI checks by them and describes the service with them.

Their words are those of the tables: events, effects, states, modes and clients are read from the specification, and a
description of the service that is made today knows none that there is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, create_model

from fsm.engine import known
from fsm.engine.outcome import RefusalKind
from fsm.hosts import host
from fsm.hosts.host import CHANGE, LONGEST_NAME, OPEN
from fsm.notation import PARTIES, Party, effects_of
from fsm.notation.echo import echo
from fsm.spec import parties
from fsm.spec.conversation import CONVERSATION
from fsm.spec.facts import from_facts
from fsm.spec.parties import AROUND, PERSONAL, choose
from fsm.spec.routing import RouteKind

LARGEST = 2**53 - 1
"""The largest number of a step: what every language reads from JSON as it is."""
NEEDED = ("address", "mode")
"""The facts of a user that have no usual value."""


class Body(BaseModel):
    """What is sent or answered: nothing in it is passed over, and nothing is taken for something else."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


def _words(names: Any) -> Any:
    """One of these words, as an answer has it."""
    return Literal[tuple(str(name) for name in names)]


def _word(names: Any, check: Any) -> Any:
    """One of these words, as somebody sends it."""
    return Annotated[str, AfterValidator(check), WithJsonSchema({"type": "string", "enum": [*map(str, names)]})]


def _fact(kind: Any, name: str, value: object) -> Any:
    return choose(kind, value, name)


def _undefaulted(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


def _one_of_two(value: str) -> Party:
    if value not in PARTIES:
        raise ValueError(f"of: {echo(value)} is not accepted; use one of {', '.join(PARTIES)}")
    return Party(value)


def _facts(of: type[Any], kinds: Mapping[str, Any], **more: Any) -> Any:
    """The facts of a user, or of what surrounds two, as a model. Each is checked as everywhere else."""
    usual = {each.name: each.default for each in fields(of)}
    found: dict[str, Any] = dict(more)
    kind: Any
    for name, kind in kinds.items():
        given: Any = Annotated[kind, BeforeValidator(partial(_fact, kind, name))]
        if kind is str:
            given = Annotated[given, Field(min_length=1, max_length=parties.LONGEST_ADDRESS)]
        if name in NEEDED:
            found[name] = (given, ...)
        elif usual[name] is None:  # what is usual depends on the mode
            found[name] = (given, Field(default=None, json_schema_extra=_undefaulted))
        else:
            found[name] = (given, usual[name])
    return create_model(of.__name__, __base__=Body, __doc__=str(of.__doc__).partition("\n")[0], **found)


if TYPE_CHECKING:
    Participant: TypeAlias = BaseModel
    Pairing: TypeAlias = BaseModel
    State: TypeAlias = BaseModel
    AskedEvent: TypeAlias = str
    AskedParty: TypeAlias = str
    AskedOfTwo: TypeAlias = parties.Party
    Event: TypeAlias = str
    AnyParty: TypeAlias = str
    OneOfTwo: TypeAlias = str
    EffectName: TypeAlias = str
else:
    AskedEvent, AskedParty = _word(CONVERSATION.events, known.event), _word(Party, known.party)
    Event, AnyParty, OneOfTwo = _words(CONVERSATION.events), _words(Party), _words(PARTIES)
    AskedOfTwo = _word(PARTIES, _one_of_two)
    EffectName = _words(effects_of(CONVERSATION))
    Participant = _facts(parties.Participant, PERSONAL)
    Pairing = _facts(parties.Pairing, AROUND, originator=(Participant, ...), recipient=(Participant, ...))
    State = create_model(
        "State",
        __base__=Body,
        __doc__="The state of each lifecycle.",
        **{name: (_words(each.states), ...) for name, each in CONVERSATION.lifecycles.items()},
    )


def participant_of(given: BaseModel) -> parties.Participant:
    """The user that was sent.

    Raises:
        ValueError: the facts contradict each other.
    """
    return parties.Participant(**given.model_dump(exclude_unset=True))


def pairing_of(given: BaseModel) -> parties.Pairing:
    """The pairing that was sent.

    Raises:
        ValueError: its facts contradict each other.
    """
    sent = given.model_dump(exclude_unset=True)
    for party in PARTIES:
        sent |= {f"{party}.{name}": value for name, value in sent.pop(party.value).items()}
    return from_facts(sent)


class Opened(Body):
    """A conversation to open."""

    conversation: Annotated[
        str,
        Field(
            min_length=1,
            max_length=LONGEST_NAME,
            description="Its id: printable, and without `/`. Yours to choose.",
        ),
    ]
    pairing: Pairing


class Fired(Body):
    """An event to fire."""

    event: AskedEvent
    by: AskedParty
    of: Annotated[
        int | None,
        Field(ge=0, le=LARGEST, description="The number of the step that asked for it, where it answers an effect."),
    ] = None


class PresenceAsked(Body):
    """Whose presence is asked for, and by whom."""

    publisher: Participant
    watcher_on: Annotated[parties.Platform, BeforeValidator(partial(_fact, parties.Platform, "watcher_on"))]
    scope: Annotated[parties.Scope, BeforeValidator(partial(_fact, parties.Scope, "scope"))] = parties.Scope.IN_TENANT


def effect(of: host.Effect) -> dict[str, Any]:
    """An effect as an answer has it."""
    return {"id": of.id, "n": of.n, "name": of.name, "to": of.to, "answers": list(of.answers)}


class Effect(Body):
    """An effect that a step asks of the outside."""

    id: Annotated[str, Field(description="It never changes: `conversation/seq/n`.")]
    n: int
    name: EffectName
    to: str
    answers: Annotated[list[Event], Field(description="One of these answers it, fired with `of` this step.")]


class Timer(Body):
    """A timer that starts; the service fires it itself."""

    event: Event
    seconds: int


class Timers(Body):
    """The timers that a step starts and cancels."""

    start: list[Timer]
    cancel: list[Event]


class Step(Body):
    """An accepted event, opening or change."""

    conversation: str
    key: str
    seq: Annotated[int, Field(description="Its number; the opening is 0.")]
    event: Annotated[str, Field(description=f"The event; `{OPEN}` or `{CHANGE}` for what is none.")]
    by: AnyParty
    state: State
    effects: list[Effect]
    timers: Timers
    rows: list[str]
    rules: list[str]
    again: Annotated[bool, Field(description="Whether this is the answer given before under the same key.")]


class Way(Body):
    """An event that is possible, and who may fire it."""

    event: Event
    by: AnyParty


class Reason(Body):
    """Why one row did not hold."""

    row: str
    guard: str
    about: str
    rule: str
    message: str
    remedy: str


class Refusal(Body):
    """Why an event is refused, and what to do instead."""

    accepted: Literal[False]
    event: Event
    by: AnyParty
    kind: RefusalKind
    rule: str | None
    guard: str | None
    message: str
    instead: str
    ways: list[Way]
    reasons: list[Reason]
    row: str | None
    rules: list[str]


class WhyNot(Body):
    """Whether an event is possible, and if not, why."""

    possible: bool
    refusal: Refusal | None


class Talk(Body):
    """A conversation as it stands."""

    conversation: str
    pairing: Pairing
    state: State
    owners: dict[str, OneOfTwo]
    openers: dict[str, OneOfTwo]


class Available(Body):
    """Every event that is possible now."""

    ways: list[Way]


class AwaitedEvent(Body):
    """An event that something waits for."""

    event: Event
    seq: Annotated[int, Field(description="The step that asked for it: fire it with this as `of`.")]
    due: Annotated[float | None, Field(description="When its timer is due, in seconds since the epoch.")]


class AwaitedEvents(Body):
    """The events that something waits for."""

    awaited: list[AwaitedEvent]


class Line(Body):
    """What was asked and what came of it."""

    seq: Annotated[int, Field(description="The number of the step; of a refusal, that of the step before it.")]
    key: str
    event: str
    by: AnyParty
    accepted: bool
    answer: Step | Refusal
    at: Annotated[float, Field(description="In seconds since the epoch (UTC).")]
    specification: Annotated[str, Field(description="The fingerprint of the specification that decided.")]
    of: int | None
    pairing: Pairing | None


class History(Body):
    """Lines of history, in order."""

    lines: list[Line]
    next: Annotated[int | None, Field(description="Where the next lines begin, to give as `start`; null at the end.")]


class NoRoute(Body):
    """Why no conversation is possible."""

    rule: str
    message: str
    instead: str


class Route(Body):
    """Where a new conversation lands."""

    kind: RouteKind
    originator_on: parties.Platform
    recipient_on: parties.Platform | None
    refusal: NoRoute | None
    rules: list[str]


class Presence(Body):
    """The platform whose presence is shown."""

    platform: parties.Platform


class StuckEffect(Body):
    """A conversation whose effects wait for somebody to see to it."""

    conversation: str
    effect: Effect
    seq: int
    attempts: int
    error: str


class StuckEffects(Body):
    """The conversations that are stuck."""

    stuck: list[StuckEffect]


class Retried(Body):
    """Whether there was something to retry."""

    retried: bool


class Health(Body):
    """How the service is."""

    status: Literal["ok"]
    version: str
    specification: Annotated[str, Field(description="The fingerprint of the specification that decides.")]


class Fault(Body):
    """One thing that is wrong with a request."""

    at: Annotated[str, Field(description="Where: a path into the body, or the name of a parameter or a header.")]
    says: str


class Problem(Body):
    """What stands against a request (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    faults: Annotated[list[Fault] | None, Field(description="Everything that is wrong, where it is about fields.")] = (
        None
    )


class RefusedProblem(Refusal):
    """A refused event: what stands against it, and what to do instead (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
