"""Making suites: the strengths, for two people or for everyone, for the whole conversation or one lifecycle alone."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from fsm.engine.profile import Profile
from fsm.notation import Composition, Party, guards_of
from fsm.notation.echo import echo
from fsm.space.cases import These
from fsm.space.profiles import Profiles
from fsm.space.reachable import Space
from fsm.spec.conversation import CONVERSATION
from fsm.spec.parties import Pairing
from fsm.spec.users import whose
from fsm.testing.making.asking import Asking
from fsm.testing.making.behaviours import Behaviour, Way, behaviours
from fsm.testing.making.complete import complete, whole
from fsm.testing.making.goals import STRENGTHS as COVERING
from fsm.testing.making.goals import Goal, Goals
from fsm.testing.making.mealy import changing, machine
from fsm.testing.making.play import Move, Player, after, told_of
from fsm.testing.making.reach import Reach, chosen
from fsm.testing.making.single import Input, alone, inputs
from fsm.testing.making.tours import Graph, Tour, tours
from fsm.testing.suite import Suite

STRENGTHS = (*COVERING, "walks", "complete")
"""What a suite can be made for."""

CHANGES, POSSIBLE = 0.05, 0.8
"""How often a step of a walk is a change of the pairing, and how often it is that or a possible event."""

MOST_STEPS = 10_000_000
"""Steps that all walks of a suite may have together."""
SEEDS = 64
"""Bits that a seed may have."""

Progress = Callable[[int, int], None]
"""Called with how much is done, and how much there is."""


def generate(
    strength: str,
    pairing: Pairing | Any = None,
    lifecycle: str | None = None,
    *,
    length: int = 30,
    seed: int = 0,
    count: int = 100,
    extra: int = 0,
    becomes: Sequence[Pairing | Any] = (),
    composition: Composition = CONVERSATION,
    progress: Progress | None = None,
) -> Suite:
    """Event sequences with what each event should come to.

    - ``states``, ``rows``, ``guards``, ``sneak``, ``pairs``, ``profiles``: short sequences that reach every goal of
      that strength, as ``goals`` lists them. For two people, every goal that they can reach; for everyone,
      few pairings are chosen that reach all there are, changes of mode and policy in mid-conversation included. For
      ``profiles``, they are chosen as ``asking`` says.
    - ``walks``: ``count`` random walks of ``length`` steps; the same ``seed`` gives the same walks. Four steps
      in five are possible ones, the others any event of anyone; for everyone, one in twenty changes the pairing.
    - ``complete``: finds every faulty implementation within its bound; ``complete`` says which those are.
      For one lifecycle alone, or for all of them one after the other, under ``pairing`` or in every behaviour they
      have, places told apart; for everyone, one pairing stands for all that behave alike, and ``profiles`` is added,
      which tells those apart and tries the wiring. With ``pairing`` and without ``lifecycle``, for the whole
      conversation as one machine, to which changes to the pairings of ``becomes`` are inputs as well.

    Args:
        strength: one of STRENGTHS.
        pairing: for these two; default: for everyone.
        lifecycle: for this one alone; default: for the whole conversation.
        length: how many steps a walk has.
        seed: what walks are drawn from.
        count: how many walks there are.
        extra: how many states more than the specification an implementation may have, for ``complete``.
        becomes: what the pairing may change to, for ``complete`` of a whole conversation.
        composition: the tables.
        progress: told how far it is.

    Raises:
        ValueError: an argument is not accepted; the message names it, its value and what is.
    """
    _accepted(composition, strength, pairing, lifecycle, becomes, progress)
    for name, value, least in (("length", length, 1), ("count", count, 1), ("extra", extra, 0), ("seed", seed, None)):
        whole(name, value, least)
    if length * count > MOST_STEPS:
        raise ValueError(
            f"count: {echo(count)} walks of {echo(length)} steps are too many; {MOST_STEPS:,} steps are accepted"
        )
    if seed.bit_length() > SEEDS:
        raise ValueError(f"seed: {echo(seed)} is not accepted; use a number of {SEEDS} bits")
    tell = progress or (lambda done, of: None)
    if strength == "walks":
        made = _walks(composition, pairing, lifecycle, length, seed, count, tell)
    elif strength == "complete":
        made = _complete(composition, pairing, lifecycle, extra, becomes, tell)
    else:
        parts = ("rows", "pairs") if strength == "pairs" else (strength,)
        made = _joined(
            strength,
            (
                _covering(composition, part, pairing, lifecycle, partial(_among, tell, n, len(parts)))
                for n, part in enumerate(parts)
            ),
        )
    return made._replace(composition=told_of(composition))


def _accepted(
    composition: Composition,
    strength: object,
    pairing: object,
    lifecycle: object,
    becomes: Sequence[object],
    progress: object,
) -> None:
    """See that what a suite is to be made of is accepted, numbers aside.

    Raises:
        ValueError: it is not.
    """
    if not isinstance(composition, Composition):
        raise ValueError(f"composition: {echo(composition)} is not accepted; give a Composition or a Specification")
    for name, value, known in (("strength", strength, STRENGTHS), ("lifecycle", lifecycle, composition.lifecycles)):
        if (name == "strength" or value is not None) and (not isinstance(value, str) or value not in known):
            raise ValueError(f"{name}: {echo(value)} is not one; use one of {', '.join(known)}")
    if isinstance(becomes, (str, bytes)) or not isinstance(becomes, Sequence):
        raise ValueError(f"becomes: {echo(becomes)} is not accepted; give a list of pairings")
    for each in (*([] if pairing is None else [pairing]), *becomes):
        whose(composition).admit(each)
    if progress is not None and not callable(progress):
        raise ValueError(f"progress: {echo(progress)} cannot be called; give a function of two numbers")
    if becomes and (strength != "complete" or pairing is None or lifecycle is not None):
        raise ValueError(
            "becomes: changes are inputs of the complete suite of a whole conversation only; "
            'use it with strength "complete" and a pairing, and without a lifecycle'
        )


def _joined(strength: str, parts: Iterable[Suite]) -> Suite:
    """One suite of several."""
    kept = tuple(parts)
    return Suite(
        strength,
        tuple(scenario for part in kept for scenario in part.scenarios),
        tuple(goal for part in kept for goal in part.goals),
        tuple(goal for part in kept for goal in part.covered),
    )


def _covering(
    composition: Composition, strength: str, pairing: Pairing | None, lifecycle: str | None, tell: Progress
) -> Suite:
    tables = alone(composition, lifecycle) if lifecycle else composition
    goals = Goals(tables, strength, inputs(composition, lifecycle) if lifecycle else None)
    if strength in ("sneak", "profiles") and pairing is None:
        return _asking(goals, Player(composition, lifecycle), tell)
    wanted, found = _for_two(goals, pairing, tell) if pairing is not None else _for_everyone(goals, tell)
    reached = {("", name) for name in goals.start()}.union(*(tour.goals for _, tour in found))
    player = Player(composition, lifecycle)
    played = (player.scenario(f"{strength} {n}", who, tour.moves) for n, (who, tour) in enumerate(found, 1))
    return Suite(
        strength,
        tuple(played),
        tuple(goals.name(*goal) for goal in wanted),
        tuple(goals.name(*goal) for goal in wanted if goal in reached),
    )


def _asking(goals: Goals, player: Player, tell: Progress) -> Suite:
    asking = Asking(goals, Profiles(goals.composition))
    walks = enumerate(asking.walks(tell), 1)
    played = tuple(player.scenario(f"{goals.strength} {n}", who, moves) for n, (who, moves) in walks)
    return Suite(goals.strength, played, asking.names, asking.names)


Toured = tuple[list[Goal], list[tuple[Pairing, Tour]]]
"""The goals there are, and tours for them, each with the pairing it begins under."""


def _for_two(goals: Goals, pairing: Pairing, tell: Progress) -> Toured:
    profile = Profile(guards_of(goals.composition), whose(goals.composition).views(pairing))
    graph = Graph(goals, goals.engine(goals.composition, These([profile])), {0: pairing})
    wanted = graph.reachable()
    return wanted, [(pairing, tour) for tour in tours(graph, wanted, tell)]


def _for_everyone(goals: Goals, tell: Progress) -> Toured:
    profiles = Profiles(goals.composition)
    reach = Reach(Space(goals.composition, profiles))
    wanted = reach.goals(goals)
    begun = {("", name) for name in goals.start()}
    left = {goal: mask for goal, mask in wanted.items() if goal not in begun}
    found: list[tuple[Pairing, Tour]] = []
    for numbers in chosen(left, reach, goals):
        graph = Graph(goals, reach.space.program, {n: profiles.pairing[n] for n in numbers})
        made = tours(graph, list(left), partial(_onwards, tell, len(wanted)))
        found += [(profiles.pairing[tour.number], tour) for tour in made]
        for goal in set().union(*(tour.goals for tour in made)) & left.keys():
            del left[goal]
    return list(wanted), found


def _onwards(tell: Progress, total: int, done: int, of: int) -> None:
    """Tell how far it is with all, being so far with the last ``of`` of them."""
    tell(total - of + done, total)


def _walks(
    composition: Composition,
    pairing: Pairing | None,
    lifecycle: str | None,
    length: int,
    seed: int,
    count: int,
    tell: Progress,
) -> Suite:
    player = Player(composition, lifecycle)
    people = [pairing] if pairing is not None else list(Profiles(player.composition).pairing)
    fired = inputs(composition, lifecycle) if lifecycle else everything(composition)
    scenarios = []
    for n in range(1, count + 1):
        chance = random.Random(f"{seed} {n}")
        first = chance.choice(people)
        moves = tuple(_walk(player, first, people, fired, length, chance))
        scenarios.append(player.scenario(f"walk {n} of seed {seed}", first, moves))
        tell(n, count)
    return Suite("walks", tuple(scenarios), (), ())


def _walk(
    player: Player, pairing: Pairing, people: list[Pairing], fired: Sequence[Input], length: int, chance: random.Random
) -> Iterator[Move]:
    here = player.under(pairing).initial
    for _ in range(length):
        what = chance.random()
        if what < CHANGES and len(people) > 1:
            new = chance.choice([each for each in people if each != pairing])
            here = player.changed(here, pairing, new).to
            pairing = new
            yield new
            continue
        possible = [move for move in fired if here[move].to is not None] if what < POSSIBLE else ()
        move = chance.choice(possible or fired)
        here = after(here, move)
        yield move


def everything(composition: Composition) -> tuple[Input, ...]:
    """Every event by everyone."""
    return tuple((event, party) for event in composition.events for party in Party)


def _complete(
    composition: Composition,
    pairing: Pairing | None,
    lifecycle: str | None,
    extra: int,
    becomes: Sequence[Pairing],
    tell: Progress,
) -> Suite:
    if pairing is not None and not lifecycle:
        player = Player(composition)
        made = changing(player, [pairing, *becomes], everything(composition)).minimal
        whole = [Behaviour(pairing, made, {0: Way(pairing, ())})]
        return _suite(player, "conversation", whole, False, extra, tell)
    names = [lifecycle] if lifecycle else list(composition.lifecycles)
    parts, of = [], len(names) + (pairing is None)
    for n, name in enumerate(names):
        tell(n, of)
        player = Player(composition, name)
        if pairing is not None:
            made = machine(player.under(pairing), inputs(composition, name))
            found = [Behaviour(pairing, made, {0: Way(pairing, ())})]
        else:
            found = behaviours(composition, name, Profiles(player.composition).pairing, player)
        parts.append(_suite(player, name, found, True, extra, partial(_among, tell, n, of)))
    if pairing is None:
        parts.append(_covering(composition, "profiles", None, lifecycle, partial(_among, tell, len(names), of)))
    return _joined("complete", parts)


def _among(tell: Progress, n: int, parts: int, done: int, of: int) -> None:
    """Tell how far it is with all parts, being so far with part n."""
    tell(n * of + done, parts * of)


def _suite(player: Player, what: str, found: list[Behaviour], places: bool, extra: int, tell: Progress) -> Suite:
    scenarios, goals = [], []
    for n, (_, made, entries) in enumerate(found, 1):
        name = f"{what}, behaviour {n}"
        goals.append(f"{name}: {len(made.states)} states, {len(made.inputs)} inputs")
        for m, (entry, word) in enumerate(complete(made, tuple(entries), extra, places), 1):
            pairing, moves = entries[entry]
            inputs_ = (made.inputs[each] for each in word)
            scenarios.append(player.scenario(f"{name}, test {m}", pairing, (*moves, *inputs_)))
        tell(n, len(found))
    return Suite("complete", tuple(scenarios), tuple(goals), tuple(goals))
