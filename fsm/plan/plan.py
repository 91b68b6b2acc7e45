"""A plan: an organisation, the waves in which its people move, and what changes for whom with each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from fsm.engine.address import Fires, Step, address
from fsm.notation import Party
from fsm.notation.echo import echo
from fsm.plan.comparison import Comparison
from fsm.plan.contacts import Read, read_contacts
from fsm.plan.kinds import Kinds, Numbers
from fsm.plan.people import Contacts, Courses, Crowd, People
from fsm.plan.questions import QUESTIONS, Answer, Question
from fsm.plan.waves import Waves
from fsm.readers.csvfile import Progress
from fsm.readers.policies import Source
from fsm.spec.editions import NEWEST, Edition
from fsm.spec.facts import difference
from fsm.spec.parties import Homing, Pairing, Participant, Topology, bare


class Stage(NamedTuple):
    """What a wave leads to, beside how it was before the wave and at the start.

    Args:
        name: the wave.
        weeks: how long it stays so.
        step: what the wave changes.
        since: what has changed since the start.
    """

    name: str
    weeks: float
    step: Comparison
    since: Comparison


class Reason(NamedTuple):
    """Two people in one direction, before and after a wave.

    Args:
        question: what is asked.
        was: the answer before.
        now: the answer after.
    """

    question: Question
    was: Answer
    now: Answer


class Why(NamedTuple):
    """Why something changes between two people, or does not.

    Args:
        before: the pairing before the wave; who begins is the originator.
        after: the same after.
        reasons: every question with both answers.
        story: an address for the explorer: a conversation of these two, and the change in the middle of it.
    """

    before: Pairing
    after: Pairing
    reasons: tuple[Reason, ...]
    story: str

    @property
    def changes(self) -> str:
        """What the wave changes of the two, fact by fact; empty where it changes neither."""
        return difference(self.before, self.after)


class Plan:
    """What changes for whom as people move, wave by wave.

    Args:
        users: the organisation's people as they are, by address, such as a Tenant.
        waves: who moves when; see ``read_waves``.
        crowds: people of partner organisations.
        columns: what columns of the export say of each of ``users``, in their order, such as their departments.
        contacts: who talks to whom, by their numbers in the order of ``users`` and then ``crowds``; or the path of a
            file of them, or what was read of one (``fsm.plan.contacts``).
        edition: the product then.
        progress: called with bytes done and bytes in all while a file of contacts is read.
        around: what surrounds two people, as a Pairing takes it; scope and federation go by who they are.

    Raises:
        ValueError: what surrounds them is not accepted, or contradicts them.
        ContactsError: the file of contacts is of no use.
    """

    def __init__(
        self,
        users: Mapping[str, Participant],
        waves: Waves,
        *,
        crowds: Iterable[Crowd] = (),
        columns: Mapping[str, Sequence[str]] | None = None,
        contacts: Contacts | Read | Source | None = None,
        edition: Edition = NEWEST,
        progress: Progress | None = None,
        **around: Any,
    ) -> None:
        self.waves, self.edition = waves, edition
        self.people = People(users, crowds, columns)
        _fits(self.people, around)
        self.kinds = Kinds(around)
        self.read: Read | None = None
        if contacts is not None and not isinstance(contacts, Contacts):
            read = contacts if isinstance(contacts, Read) else read_contacts(contacts, self.people, progress=progress)
            self.read, contacts = read, read.contacts
        self._tenant = users
        self.states = self._states()
        self.courses = Courses(self.people, self.states, contacts)
        self._compared: dict[tuple[int, int], Comparison] = {}

    def _states(self) -> tuple[Numbers, ...]:
        """The numbers of everybody's kind at the start and after each wave; each of shape (everybody,)."""
        now = self.people.kinds(self.kinds)
        found = [now]
        index = {each: n for n, each in enumerate(self.people.addresses)}
        for wave in self.waves.waves:
            now = now.copy()
            for each, who in wave.becomes.items():
                now[index[each]] = self.kinds.number(who)
            found.append(now)
        return tuple(found)

    def between(self, first: int, last: int) -> Comparison:
        """The states after two waves compared, each two once; 0 is the start."""
        found = self._compared.get((first, last))
        if found is None:
            found = self._compared[first, last] = Comparison(self.courses, self.kinds, first, last)
        return found

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """Each wave, with what it changes."""
        return tuple(
            Stage(wave.name, wave.weeks, self.between(n, n + 1), self.between(0, n + 1))
            for n, wave in enumerate(self.waves.waves)
        )

    @cached_property
    def whole(self) -> Comparison:
        """The start and the end, compared."""
        return self.between(0, len(self.states) - 1)

    @cached_property
    def degradation(self) -> float:
        """What the way costs: minutes of contacts in which something is lost against the start, a week, summed over all
        weeks; pairs of people for minutes where nobody said who talks to whom."""
        return sum(each.weeks * degraded(each.since) for each in self.stages)

    def number(self, who: str) -> int:
        """The number of somebody by an address.

        Raises:
            KeyError: nobody has it; of a Tenant, an UnknownUser.
            ValueError: it is a partner's domain, and they are not all alike.
        """
        found = self.people.number(who)
        if found is None:
            several = [
                f"{each.organisation}:{each.who.mode}" for each in self.people.crowds if each.organisation == bare(who)
            ]
            if several:
                raise ValueError(f"{echo(who)} has people of several kinds; give one of {', '.join(several)}")
            found = self.people.index[bare(self._tenant[who].address)]  # another name; or it says who comes close
        return found

    def wave(self, name: str) -> int:
        """The number of a wave, from 1, by its name.

        Raises:
            ValueError: none is called so.
        """
        names = [each.name for each in self.waves.waves]
        if name not in names:
            raise ValueError(f"wave: {echo(name)} is not accepted; use one of {', '.join(names[:20])}")
        return names.index(name) + 1

    def why(self, first: str, second: str, wave: str | None = None) -> Why:
        """Why something changes between two people, or does not.

        Args:
            first: the address of who begins.
            second: the address of whom they talk to; of a partner's people, as their domain.
            wave: the name of the wave; default: from the start to the end.

        Raises:
            KeyError: nobody has the address; of a Tenant, an UnknownUser.
            ValueError: there is no such wave, or it is one address twice, or two partners.
        """
        last = len(self.states) - 1 if wave is None else self.wave(wave)
        start = 0 if wave is None else last - 1
        n, m = self.number(first), self.number(second)
        names = self.people.addresses[n], self.people.addresses[m]
        if n == m:
            raise ValueError(f"{echo(names[0])} is both; give two")
        told = tuple(each if "@" in each else f"somebody@{each}" for each in names)
        found = [
            self.kinds.pairing(int(state[n]), int(state[m]), (told[0], told[1]))
            for state in (self.states[start], self.states[last])
        ]
        before, after = found
        if before is None or after is None:
            raise ValueError(
                f"{echo(names[0])} and {echo(names[1])} are of partners; give somebody of the organisation"
            )
        was, now = (
            self.kinds.cases[int(self.kinds.table(state[[n]], state[[m]])[0, 0])].answers
            for state in (self.states[start], self.states[last])
        )
        reasons = tuple(Reason(each, was[each.name], now[each.name]) for each in QUESTIONS)
        return Why(before, after, reasons, _story(before, after, reasons))


def _story(before: Pairing, after: Pairing, reasons: Sequence[Reason]) -> str:
    """A conversation that shows the first question whose answer differs, before the change and after it."""
    changed = [each.question for each in reasons if each.was.value != each.now.value and each.question.play]
    asked = next((each for each in changed if each.ranked), changed[0] if changed else None)
    steps: list[Step] = []
    play = asked.play if asked else ("open_chat",)
    steps += [Fires(event, Party.ORIGINATOR) for event in play]
    if before != after:
        steps.append(after)
        steps.append(Fires("open_chat", Party.ORIGINATOR))
        steps += [Fires(event, Party.ORIGINATOR) for event in play if event != "open_chat"]
    return address(before, steps)


def degraded(since: Comparison) -> float:
    """Minutes of contacts in which something is lost; pairs of people where nobody said who talks to whom."""
    count = since.count(since.lost)
    return float(count.pairs) if count.minutes is None else count.minutes


def _fits(people: People, around: Mapping[str, Any]) -> None:
    """See that what surrounds people is not at odds with where they are homed.

    Raises:
        ValueError: it is.
    """
    homed = next((who.address for who in people.users if who.homing is Homing.ON_PREM), None)
    if homed is not None and around.get("topology") == Topology.ONLINE:
        raise ValueError(f"topology: online does not fit {echo(homed)}, homed on-prem; use hybrid or on-prem")
