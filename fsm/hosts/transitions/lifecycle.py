"""One lifecycle as a `transitions` machine: named states, triggers, conditions and callbacks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Generic, cast

from transitions import Machine

from fsm.engine.conversation import PROGRAMS
from fsm.engine.outcome import Refusal
from fsm.engine.program import Programs, acting, fired
from fsm.export.names import place as named
from fsm.notation import PARTIES, At, Composition, Guard, Lifecycle, Party, effects_of
from fsm.notation.echo import echo
from fsm.space.resolved import Condition, Raise, Send, branches
from fsm.spec.conversation import CONVERSATION
from fsm.spec.parties import Pairing
from fsm.spec.users import whose

if TYPE_CHECKING:
    from typing_extensions import TypeVar  # with defaults, for type checkers

    from fsm.spec.names import Addressee, EffectName, Event, LifecycleName, PartyName

    E = TypeVar("E", bound=str, default=Event)
    L = TypeVar("L", bound=str, default=LifecycleName)
else:
    from typing import TypeVar

    E, L = map(TypeVar, "EL")


Test = Callable[[Any], bool]
Callback = Callable[[Any], object]


@cache
def places_of(composition: Composition) -> dict[str, dict[str, At]]:
    """The places of each lifecycle by name."""
    return {name: {named(at): at for at in each.places} for name, each in composition.lifecycles.items()}


@cache
def hooks_of(composition: Composition) -> dict[str, str]:
    """What a talk of a composition can be called back by, by its name, and for what.

    Raises:
        ValueError: one name would be called back for two things.
    """
    found: dict[str, str] = {}
    for name in effects_of(composition):
        _claim(found, f"on_{name}", f"the effect {name}")
    for name, lifecycle in composition.lifecycles.items():
        for at in lifecycle.places:
            for when in ("enter", "exit"):
                _claim(found, f"on_{when}_{name}_{at.state}", f"the state {at.state} of {name}")
                if at.remembered:
                    _claim(found, f"on_{when}_{name}_{named(at)}", f"the place {name}={at}")
    return found


def _claim(found: dict[str, str], hook: str, what: str) -> None:
    if found.setdefault(hook, what) != what:
        raise ValueError(
            f"{hook}: would be called back for {found[hook]} and for {what}; give one of them another name"
        )


@cache
def programs_of(composition: Composition) -> Programs:
    """The programs that tell why events are refused."""
    return PROGRAMS if composition is CONVERSATION else Programs(composition)


class Model(Generic[E, L]):
    """What a machine asks of its models: derive from it, or answer as it does.

    Methods of these names are called back where a model has them: ``on_EFFECT(to)``; ``on_enter_LIFECYCLE_STATE`` and
    ``on_exit_LIFECYCLE_STATE``, with the event, where STATE is with whom it remembers or without.

    For type checkers, ``Model[str, str]`` takes any events and lifecycles. A subclass of a specification of one's own
    names it in ``composition``.

    Args:
        pairing: who the two are.
    """

    composition: ClassVar[Composition] = CONVERSATION

    def __init__(self, pairing: Pairing | Any) -> None:
        whose(self.composition).admit(pairing)
        self.pairing = pairing

    @property
    def views(self) -> tuple[Any, Any]:
        """The pairing as the two see it."""
        return whose(self.composition).views(self.pairing)

    def holds(self, guard: Guard, party: Party) -> bool:
        """Whether ``guard`` holds for ``party``."""
        return guard.test(self.views[PARTIES.index(party)])

    def on_effect(self, name: EffectName, to: Addressee) -> object:
        """Called for each effect, in order: its name, and the party or service it is addressed to."""
        return getattr(self, f"on_{name}", _nothing)(to)

    def on_signal(self, lifecycle: str, event: str, by: Party) -> object:
        """Called for each signal to a sibling lifecycle, in the name of a party."""

    def on_reenter(self, lifecycle: str) -> object:
        """Called when a state is entered anew from itself: its timers start afresh."""

    @property
    def places(self) -> dict[L, At]:
        """State, owner and opener of each lifecycle that this is a model of, by its name.

        Raises:
            ValueError: somebody put a lifecycle where there is no place.
        """
        found = {}
        for name, places in places_of(self.composition).items():
            if hasattr(self, name):
                stands = getattr(self, name)
                if not isinstance(stands, str) or stands not in places:
                    raise ValueError(f"{name}: {echo(stands)} is no place of it; places are {', '.join(places)}")
                found[name] = places[stands]
        return cast("dict[L, At]", found)

    def why_not(self, event: E, by: Party | PartyName) -> Refusal | None:
        """Why the event is refused; None if it is not. A lifecycle that this is no model of stands where it begins.

        Raises:
            UnknownEvent: there is no such event or party.
        """
        places = self.places
        config = tuple(places.get(cast("L", name), each.initial) for name, each in self.composition.lifecycles.items())
        asked = fired(event, self.composition), acting(by)
        found = programs_of(self.composition).under(self.views).at(config)[asked]
        return cast("Refusal", found) if isinstance(found, Refusal) else None


def machine(lifecycle: Lifecycle, cls: Any = Machine, **options: Any) -> Any:
    """A `transitions` machine of one lifecycle, for models as ``Model`` describes them.

    They are triggered with ``by=`` and keep their state in an attribute named after the lifecycle. A trigger returns
    False where a declared refusal or a condition stands against it.

    Args:
        lifecycle: the lifecycle.
        cls: Machine, LockedMachine, GraphMachine, AsyncMachine or another class of that package.
        options: passed on to it.

    Raises:
        ValueError: it is no lifecycle, or is called as something that models have, or two of its places have one name;
            or it is no class of that package.
    """
    if not isinstance(lifecycle, Lifecycle):
        raise ValueError(f"lifecycle: {echo(lifecycle)} is not accepted; give one of CONVERSATION.lifecycles.values()")
    if not isinstance(cls, type) or not issubclass(cls, Machine):
        raise ValueError(f"cls: {echo(cls)} is not accepted; give Machine or another class of transitions")
    if hasattr(Model, lifecycle.name):
        raise ValueError(f"{lifecycle.name}: a model has this of its own; give the lifecycle another name")
    names: dict[str, str] = {}
    for at in lifecycle.places:
        _claim(names, named(at), str(at))
    if hasattr(cls, "await_all"):  # AsyncMachine awaits callbacks side by side, but effects have an order
        cls = type(cls.__name__, (cls,), {"await_all": staticmethod(_in_order)})
    return cls(
        **{
            "model": None,
            "states": [_state(lifecycle, at) for at in lifecycle.places],
            "transitions": [each for at in lifecycle.places for each in _transitions(lifecycle, at)],
            "initial": named(lifecycle.initial),
            "model_attribute": lifecycle.name,
            "auto_transitions": False,
            "send_event": True,
            "ignore_invalid_triggers": True,
            **options,
        }
    )


def machines(cls: Any = Machine, composition: Composition = CONVERSATION, **options: Any) -> dict[str, Any]:
    """The lifecycles as machines, by name, for talks to share. Takes what ``machine`` takes."""
    return {name: machine(lifecycle, cls, **options) for name, lifecycle in composition.lifecycles.items()}


async def _in_order(callables: Iterable[Callable[[], Awaitable[Any]]]) -> list[Any]:
    return [await each() for each in callables]


def _nothing(_: object) -> None:
    """Called where a model has no method to be called back."""


def _state(lifecycle: Lifecycle, at: At) -> dict[str, Any]:
    names = dict.fromkeys((at.state, named(at)))
    hooks = {when: [_hook(f"on_{when}_{lifecycle.name}_{name}") for name in names] for when in ("enter", "exit")}
    return {"name": named(at), "on_enter": hooks["enter"], "on_exit": hooks["exit"]}


def _hook(name: str) -> Callback:
    return _called(name, lambda event: getattr(event.model, name, _nothing)(event))


def _transitions(lifecycle: Lifecycle, at: At) -> Iterator[dict[str, Any]]:
    """The branches of a place, for each actor. A refusal is no transition, and keeps those after it from firing."""
    for event in dict.fromkeys(row.event for row in lifecycle.states[at.state].rows):
        for actor in Party:
            refused: list[Test] = []
            for branch in branches(lifecycle, at, event, actor):
                if branch.refused:
                    refused.append(_refused(branch.refused, branch.when))
                    continue
                again = [_reenters(lifecycle)] if branch.to and branch.to.state == at.state else []
                yield {
                    "trigger": event,
                    "source": named(at),
                    "dest": named(branch.to) if branch.to else None,
                    "conditions": [_by(actor), *map(_holds, branch.when)],
                    "unless": list(refused),
                    "after": [*map(_does, branch.does), *again],
                }
    for event in lifecycle.states[at.state].ignores:
        yield {"trigger": event, "source": named(at), "dest": None}


def _by(actor: Party) -> Test:
    return _called(f"by_{actor}", lambda event: acting(event.kwargs.get("by")) is actor)


def _holds(condition: Condition) -> Test:
    return _called(condition.name, lambda event: bool(event.model.holds(*condition)))


def _refused(rule: str, when: tuple[Condition, ...]) -> Test:
    return _called(f"refused_by_{rule}", lambda event: all(event.model.holds(*each) for each in when))


def _does(item: Send | Raise) -> Callback:
    if isinstance(item, Raise):
        return _called(f"signal_{item.lifecycle}_{item.event}", lambda event: event.model.on_signal(*item))
    effect, to, when = item

    def send(event: Any) -> object:
        return event.model.on_effect(effect, to) if all(event.model.holds(*each) for each in when) else None

    return _called(effect, send)


def _reenters(lifecycle: Lifecycle) -> Callback:
    return _called("reenter", lambda event: event.model.on_reenter(lifecycle.name))


def _called(name: str, function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    function.__name__ = name
    return function
