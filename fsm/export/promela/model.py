"""The model: declarations, the one process that takes steps, and those that fire events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from string import ascii_letters, digits
from textwrap import wrap

from fsm.engine.fingerprint import fingerprint
from fsm.engine.program import CASCADE_LIMIT
from fsm.export import What
from fsm.export.names import place
from fsm.export.promela.record import Record
from fsm.export.promela.tables import LONGEST, REMEMBERED, Tables, any_of, goes_to, negated, remembering, variable, word
from fsm.notation import PARTIES, At, Claim, Composition, Lifecycle, Party
from fsm.notation.text import commented
from fsm.space.resolved import Branch, Send
from fsm.spec.claims import CLAIMS
from fsm.spec.parties import Pairing
from fsm.spec.users import USERS, whose

CAPACITY = 8
"""How many signals can wait to be heard; SPIN asserts that there are no more."""
WIDTH = 110
HOW = """
To count the places and check every assertion:
  spin -a FILE && gcc -DSAFETY -DNOREDUCE -DNOCLAIM -o pan pan.c && ./pan
To check that waiting ends, for each formula at the end of the file:
  spin -a FILE && gcc -DNOREDUCE -DNFAIR=3 -o pan pan.c && ./pan -a -f -N FORMULA
To see the steps that lead to an error:
  spin -t FILE"""


def text(
    what: What,
    pairing: Pairing | None,
    claims: Sequence[Claim] | None = None,
) -> str:
    """A conversation as a Promela model.

    Args:
        what: the conversation.
        pairing: between whom.
        claims: the properties; those of every step and of every place are asserted, and that something ends is a
            formula. Default: what is claimed of it.

    Raises:
        ValueError: a name means something else in Promela, or two things have the same.
    """
    assert isinstance(what, Composition)
    assert pairing is not None
    _check_names(what)
    if claims is None:
        claims = CLAIMS if whose(what) is USERS else what.claims
    return written(Record(Tables(what, pairing), claims))


def written(record: Record) -> str:
    """The model in which these steps and places are as claimed."""
    tables = record.tables
    parts = (
        _title(tables),
        _declared(tables),
        record.declared(),
        _wiring(tables),
        _conversation(tables, record),
        _firing(tables),
        _endings(tables, record.claims),
    )
    return "\n".join(line for part in parts for line in (*part, ""))


def _title(tables: Tables) -> Iterator[str]:
    yield "/*"
    yield f"One conversation and all that can become of it, by specification {fingerprint(tables.composition)}."
    for party, view in zip(("originator", "recipient"), tables.views, strict=True):
        yield f"The {party} is {commented(whose(tables.composition).told(view))}."
    yield from HOW.splitlines()
    yield "*/"


PRINTED = set(ascii_letters + digits + "-_. ")
"""What a model prints as it is."""
WORDS = """
active assert atomic bit bool break byte c_code c_decl c_expr c_state c_track chan d_proctype d_step
do else empty enabled eval false fi for full get_priority goto hidden if in init inline int len
local ltl mtype nempty never nfull notrace np_ od of pc_value pid print printf printm priority
proctype provided return run select set_priority short show skip timeout trace true typedef unless
unsigned xr xs turn event by signals told heard actor conversation no_event no_signal people_and_services
"""
"""Words of the language, and those that every model uses."""


def _check_names(composition: Composition) -> None:
    """See that whatever has a name of its own in a model has one that nothing else has."""
    lifecycles = composition.lifecycles.items()
    places = (f"{name}_{place(at)}" for name, each in lifecycles for at in each.places)
    signals = (f"{name}_{signal}" for name, each in lifecycles for signal in each.signals)
    taken = set(WORDS.split())
    for name in (*Party, *composition.events, *composition.lifecycles, *places, *signals):
        if name in taken:
            raise ValueError(f"what: {name!r} means something else in Promela too; give it another name")
        taken.add(name)


def _declared(tables: Tables) -> Iterator[str]:
    """Names, and where each lifecycle stands."""
    signals = [f"{name}_{signal}" for name, each in tables.lifecycles.items() for signal in each.signals]
    for kind, names in {"party": Party, "event": tables.composition.events, "signal": signals}.items():
        yield from _listed(kind, names or [f"no_{kind}"])
    for name, lifecycle in tables.lifecycles.items():
        yield ""
        yield f"/* {commented(lifecycle.label)} */"
        yield from _listed(name, (f"{name}_{place(at)}" for at in lifecycle.places))
        yield f"mtype:{name} {name} = {name}_{place(lifecycle.initial)};"
        for verb in ("is", "was"):
            words = {state.name: list(state.places) for state in lifecycle}
            for called, party in product(REMEMBERED, PARTIES):
                of = [at for at in lifecycle.places if getattr(at, called) is party]
                words |= {remembering(called, party): of} if of else {}
            for phrase, places in words.items():
                stands = any_of([f"({variable(name, verb)} == {name}_{place(at)})" for at in places])
                yield f"#define {name}_{verb}_{phrase} {stands}"
    yield ""
    yield "/* An event that is fired, and signals that wait to be heard */"
    yield "chan turn = [0] of { mtype:event, mtype:party };"
    yield "hidden mtype:event event;"
    yield "hidden mtype:party by;"
    yield f"chan signals = [{CAPACITY}] of {{ mtype:signal, mtype:party }};"
    yield "hidden mtype:signal told;"
    yield "hidden byte heard;"


def _listed(kind: str, names: Iterable[str]) -> Iterator[str]:
    return iter(wrap(f"mtype:{kind} = {{ {', '.join(names)} }}", WIDTH, subsequent_indent="  "))


def _wiring(tables: Tables) -> Iterator[str]:
    """Where events go that may go to several lifecycles."""
    for event in tables.composition.events:
        for by in Party:
            for name in tables.lifecycles:
                goes = tables.goes(event, by, name)
                if goes:
                    yield f"#define {goes_to(event, by, name)} {goes}"


def _conversation(tables: Tables, record: Record) -> Iterator[str]:
    yield "active proctype conversation() {"
    yield "end:"
    yield "  do"
    yield "  :: atomic {"
    yield "     turn?event(by);"
    yield "     d_step {"
    yield r'     printf("%e by %e\n", event, by);'
    yield from (f"     {line}" for line in record.begun())
    yield "     }"
    yield "     if"
    yield from (f"     {line}" for line in list(_events(tables, record)) or [":: else -> skip"])
    yield "     fi;"
    yield "     /* signals are heard within the step, first come, first served */"
    yield "     do"
    yield "     :: empty(signals) -> break"
    yield "     :: signals?told(by) ->"
    yield f"        assert(heard < {CASCADE_LIMIT}); /* signals come to an end */"
    yield "        heard++;"
    yield "        if"
    yield from (f"        {line}" for line in _signals(tables, record))
    yield "        :: else -> assert(false) /* the signal is lost */"
    yield "        fi"
    yield "     od;"
    yield "     d_step {"
    yield "     heard = 0;"
    yield from (f"     {line}" for line in record.asserted())
    yield "     }"
    yield "     }"
    yield "  od"
    yield "}"


def _events(tables: Tables, record: Record) -> Iterator[str]:
    for lifecycle, at, event, by, branch in tables.taken:
        goes = tables.goes(event, by, lifecycle.name) if event in lifecycle.events and not branch.refused else None
        if goes is not None:
            yield f"/* {branch.row}: {commented(' '.join(branch.cites))} */"
            when = [f"event == {event}", f"by == {by}", f"{lifecycle.name} == {lifecycle.name}_{place(at)}"]
            yield f":: {' && '.join([*when, *([goes_to(event, by, lifecycle.name)] if goes else [])])} ->"
            yield from _does(lifecycle, at, branch, record)


def _signals(tables: Tables, record: Record) -> Iterator[str]:
    for lifecycle, at, signal, by, branch in tables.taken:
        if signal in lifecycle.signals:
            name = lifecycle.name
            yield f"/* {branch.row}: {commented(' '.join(branch.cites))} */"
            yield f":: told == {name}_{signal} && by == {by} && {name} == {name}_{place(at)} ->"
            yield from _does(lifecycle, at, branch, record)
    for name, lifecycle in tables.lifecycles.items():
        for state in lifecycle:
            for signal in state.ignores:
                yield f":: told == {name}_{signal} && {name}_is_{state.name} -> skip"


def _does(lifecycle: Lifecycle, at: At, branch: Branch, record: Record) -> Iterator[str]:
    """What a branch does: the lifecycle moves, and effects and signals go out in order."""
    if branch.refused:
        yield "   assert(false); /* the signal is refused */"
    if branch.to not in (None, at):
        assert branch.to is not None
        yield f"   {lifecycle.name} = {lifecycle.name}_{place(branch.to)};"
    for item in branch.does:
        if isinstance(item, Send):
            noted = " ".join(record.noted(item.effect, item.to))
            yield rf'   printf("  {item.effect} to {_said(item.to)}\n"); {noted}'.rstrip()
        else:
            yield f"   assert(nfull(signals)); signals!{item.lifecycle}_{item.event}({item.by});"
    if branch.to in (None, at) and not branch.does:
        yield "   skip"


def _said(text: str) -> str:
    """Text from anywhere, fit for what a model prints."""
    return text if set(text) <= PRINTED and len(text) <= LONGEST else word(text)


def _firing(tables: Tables) -> Iterator[str]:
    """Who fires events: the two people and the services, and every timer that runs."""
    options: dict[str, list[str]] = defaultdict(list)
    for event, by in tables.possible:
        for who, timed in (("people_and_services", False), (f"timer_{event}", True)):
            when = tables.may(event, by, timed)
            if when:
                options[who].append(f":: atomic {{ {when} -> turn!{event}({by}) }}")
    for who, lines in options.items():
        yield f"active proctype {who}() {{"
        yield "end:"
        yield "  do"
        yield from (f"  {line}" for line in lines)
        yield "  od"
        yield "}"
        yield ""


def _endings(tables: Tables, claims: Iterable[Claim]) -> Iterator[str]:
    """That waiting ends."""
    for each in claims:
        if each.ends:
            name, waits_in = each.ends
            states = tables.lifecycles[name].states
            waiting = tables.stands(name, (at for state in waits_in.split() for at in states[state].places))
            yield f"/* {commented(f'{each.name}: {each.says}. ' + ' '.join(each.cites))} */"
            yield f"ltl {word(each.name)} {{ [] ({waiting} -> <> {negated(waiting)}) }}"
