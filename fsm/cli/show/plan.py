"""Showing what a plan comes to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.table import Table

from fsm.cli.show.screen import Screen
from fsm.draw.moves import moves
from fsm.draw.picture import Picture
from fsm.engine.address import address
from fsm.notation.echo import plain
from fsm.plan.comparison import Count, Difference, Ending
from fsm.plan.groups import groups
from fsm.plan.questions import QUESTIONS
from fsm.spec.conversation import CONVERSATION, LIFECYCLES

if TYPE_CHECKING:
    from fsm.plan import Plan, Report, Why
    from fsm.plan.report import Stage

SAYS = {each.name: each.says for each in QUESTIONS}
NAMED = 5
"""People who are named where there are many."""


def shown(
    screen: Screen,
    report: Report,
    first: int,
    letters: bool,
    other: Plan | None,
    made: Plan,
    proposal: Any,
    written: Sequence[str],
) -> Iterator[RenderableType]:
    """The plan in one page: the waves, what is lost and gained and why, what to fix first, what is open."""
    waves = report.waves
    contacts = "nobody said who talks to whom; --contacts does" if report.contacts is None else f"{report.contacts:,}"
    yield screen.facts(
        ("people", f"{report.people:,}" + (f", and {report.partners:,} of partners" if report.partners else "")),
        ("contacts", contacts + (f", and {report.outside:,} with others" if report.outside else "")),
        ("edition", report.edition),
        ("order", "as they come in the file: not all are numbers, nor dates" if made.waves.as_they_come else ""),
        ("not planned", _rows(len(report.problems) + report.more_problems)),
        ("not read", ", ".join(map(plain, report.aside))),
        ("on the way", f"{_way(report)} against the start"),
        ("proposal", _proposal(proposal)),
        ("the other", _other(made, other)),
        ("written", "\n".join(map(plain, written))),
        indent=0,
    )
    yield screen.heading("Waves")
    yield _waves(screen, report)
    whole = report.whole
    for way, title in (("lost", "Lost from start to end"), ("gained", "Gained from start to end")):
        found = _told(each for each in whole.changes if each.way == way)
        if found:
            yield screen.heading(title)
            yield _changes(screen, found[:first])
            yield from _more(screen, found, first)
    if whole.fixes:
        yield screen.heading("To fix first")
        for fix in whole.fixes[:first]:
            new = f", {fix.new:,} of them new" if fix.new else ""
            yield screen.facts((fix.rule, f"{_many(fix.count.people)}: {fix.because}"))
            yield screen.facts(("", f"{fix.remedy}; bars {', '.join(fix.questions)} of {fix.count.pairs:,} pairs{new}"))
    if whole.unreachable:
        yield screen.heading("Reached by nobody at the end")
        yield screen.note(_names(whole.unreachable))
    if whole.islands.pairs:
        count = whole.islands
        yield screen.heading("Kept apart by Islands mode at the end (INT-3, INT-4)")
        yield screen.note(f"{count.pairs:,} pairs, {_many(count.people)}{_minutes(count)}")
    endings = _endings(waves)
    if endings:
        yield screen.heading("Conversations that are open while people move")
        table = screen.table("", "stands", "comes to", "pairs", "rules")
        table.columns[3].justify = "right"
        for _, some in groupby(endings, lambda each: each[0]):
            for lifecycle, was, now, pairs, rules in list(some)[: max(2, first // 2)]:
                table.add_row(lifecycle, was, now, f"{pairs:,}", " ".join(rules))
        yield table
        yield screen.note("by pairs of people who may have one; --json tells every state and what each is told")
    for column, tallies in whole.by.items():
        yield screen.heading(f"By {plain(column)}, from start to end")
        yield _tallies(screen, tallies[: 2 * first])
        yield from _more(screen, tallies, 2 * first)
    if whole.by and report.contacts is not None:
        yield screen.note("minutes count with either of the two who talk")
    if letters:
        for wave in waves:
            for letter in wave.letters[:first]:
                yield screen.section(
                    f"{wave.name}: to {_many(letter.people)}, {_names(letter.addresses, letter.people)}"
                )
                yield screen.note(letter.text, indent=0)


def _waves(screen: Screen, report: Report) -> Table:
    table = screen.table("wave", "move", "lose", "gain", "minutes lost", "since start", "cut off")
    for column in table.columns[1:]:
        column.justify = "right"
    for each in (*report.waves, report.whole):
        lost = each.lost
        table.add_row(
            plain(each.name),
            f"{each.moved:,}",
            f"{lost.people:,}",
            f"{each.gained.people:,}",
            "-" if lost.minutes is None else f"{lost.minutes:,.0f}",
            f"{each.since:,.0f}",
            f"{len(each.unreachable):,}",
        )
    return table


def _changes(screen: Screen, found: Sequence[tuple[str, str, str, Count, tuple[str, ...]]]) -> Table:
    table = screen.table("", "was", "is then", "pairs", "people", "minutes", "rules")
    for column in table.columns[3:6]:
        column.justify = "right"
    for question, was, now, count, rules in found:
        minutes = "-" if count.minutes is None else f"{count.minutes:,.0f}"
        table.add_row(question, was, now, f"{count.pairs:,}", f"{count.people:,}", minutes, " ".join(rules))
    return table


def _told(changes: Iterable[Difference]) -> list[tuple[str, str, str, Count, tuple[str, ...]]]:
    """Changes of the same values together: people of both rules are counted with either."""
    found: dict[tuple[str, str, str], list[Difference]] = {}
    for each in changes:
        found.setdefault((each.question, each.was, each.now), []).append(each)
    made = []
    for key, some in found.items():
        minutes = None if some[0].count.minutes is None else sum(each.count.minutes or 0 for each in some)
        count = Count(sum(each.count.pairs for each in some), max(each.count.people for each in some), minutes)
        made.append((*key, count, tuple(dict.fromkeys(each.rule for each in some))))
    return sorted(made, key=lambda each: (-(each[3].minutes or 0), -each[3].pairs, each[:3]))


def _endings(waves: Iterable[Stage]) -> list[tuple[str, str, str, int, tuple[str, ...]]]:
    """What becomes of open conversations, over all waves, by where they stand and what they come to."""
    found: dict[tuple[str, str, str], tuple[int, dict[str, None]]] = {}
    for wave in waves:
        most: dict[tuple[str, str, str], Ending] = {}
        for each in wave.endings:
            turn = each.turn
            key = (turn.lifecycle.replace("_", " "), turn.was.replace("_", " "), turn.now.replace("_", " "))
            begins = turn.was == CONVERSATION.lifecycles[turn.lifecycle].initial.state
            if turn.was != turn.now and not begins and (key not in most or each.count.pairs > most[key].count.pairs):
                most[key] = each
        for key, each in most.items():
            pairs, rules = found.get(key, (0, {}))
            found[key] = pairs + each.count.pairs, rules | dict.fromkeys(each.turn.rules)
    made = [(*key, pairs, tuple(rules)) for key, (pairs, rules) in found.items()]
    order = [name.replace("_", " ") for name in LIFECYCLES]
    return sorted(made, key=lambda each: (order.index(each[0]), -each[3], each[:3]))


def _tallies(screen: Screen, tallies: Iterable[Any]) -> Table:
    table = screen.table("", "people", "move", "lose", "gain", "minutes lost")
    for column in table.columns[1:]:
        column.justify = "right"
    for each in tallies:
        minutes = "-" if each.minutes is None else f"{each.minutes:,.0f}"
        table.add_row(
            plain(each.value) or "(none)", f"{each.people:,}", f"{each.moved:,}", f"{each.losing:,}",
            f"{each.gaining:,}", minutes,
        )  # fmt: skip
    return table


def _rows(count: int) -> str:
    return f"{count:,} row{'s' * (count > 1)}" if count else ""


def _more(screen: Screen, found: Sequence[Any], first: int) -> Iterator[RenderableType]:
    if len(found) > first:
        yield screen.note(f"and {len(found) - first:,} more; --first or --json tells them")


def _many(people: int) -> str:
    return f"{people:,} {'person' if people == 1 else 'people'}"


def _minutes(count: Count) -> str:
    return "" if count.minutes is None else f", {count.minutes:,.0f} minutes"


def _names(addresses: Sequence[str], people: int | None = None) -> str:
    more = (len(addresses) if people is None else people) - NAMED
    return ", ".join(map(plain, addresses[:NAMED])) + (f" and {more:,} more" if more > 0 else "")


def _way(report: Report) -> str:
    unit = "pairs and weeks" if report.contacts is None else "minutes"
    return f"{report.degradation:,.0f} {unit} in which something is lost"


def _other(made: Plan, other: Plan | None) -> str:
    if other is None:
        return ""
    much = made.degradation - other.degradation
    return f"{other.degradation:,.0f}, {abs(much):,.0f} {'less' if much > 0 else 'more'} than this"


def _proposal(proposal: Any) -> str:
    if proposal is None:
        return ""
    saved = 1 - proposal.cost / proposal.baseline_cost if proposal.baseline_cost else 0.0
    stay = f"; {len(proposal.staying):,} stay as they are" if proposal.staying else ""
    return f"{saved:.0%} less on the way than {proposal.baseline_cost:,.0f} of waves by department{stay}"


def against_data(made: Plan, other: Plan | None) -> dict[str, Any] | None:
    """Two plans, as data."""
    if other is None:
        return None
    return {
        "degradation": other.degradation,
        "waves": [each.name for each in other.waves.waves],
        "problems": [str(each) for each in other.waves.problems],
        "difference": made.degradation - other.degradation,
    }


def proposal_data(proposal: Any) -> dict[str, Any] | None:
    """What was proposed, as data."""
    if proposal is None:
        return None
    return {
        "cost": proposal.cost,
        "baseline_cost": proposal.baseline_cost,
        "units": proposal.units,
        "waves": {each.name: list(each.becomes) for each in proposal.waves.waves},
        "staying": dict(proposal.staying),
    }


def why(screen: Screen, found: Why) -> Iterator[RenderableType]:
    """Why something changes between two people, question by question."""
    two = f"{plain(found.before.originator.address)} to {plain(found.before.recipient.address)}"
    yield screen.facts(("from, to", two), ("changes", plain(found.changes) or "nothing of these two"), indent=0)
    table = screen.table("", "was", "by", "is then", "by")
    for each in found.reasons:
        table.add_row(SAYS[each.question.name], each.was.value, each.was.rule, each.now.value, each.now.rule)
    yield screen.note("")
    yield table
    said = {each.now.because: each.now for each in found.reasons if each.now.because and each.now != each.was}
    for because, answer in said.items():
        yield screen.facts((answer.rule, plain(because)), ("instead", plain(answer.instead)))
    yield screen.facts(("play it", f"fsm explore '{found.story}'"), indent=0)


def why_data(found: Why) -> dict[str, Any]:
    """The same as data."""
    return {
        "before": address(found.before),
        "after": address(found.after),
        "changes": found.changes,
        "answers": {
            each.question.name: {"was": each.was._asdict(), "now": each.now._asdict()} for each in found.reasons
        },
        "story": found.story,
    }


def picture(made: Plan) -> Picture:
    """What changes between groups of people, from start to end."""
    found, between = groups(made.whole)
    return moves("plan", "What changes from start to end", _says(made), [str(each) for each in found], between)


def _says(made: Plan) -> str:
    names = [each.name for each in made.waves.waves]
    return f"{len(names):,} waves, {names[0]} to {names[-1]}" if names else "No waves"
