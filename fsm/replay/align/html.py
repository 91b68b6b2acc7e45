"""Why a log does not follow, as a page: one file, offline, without a script."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files

from fsm.notation.echo import plain
from fsm.notation.page import escape, filled, sheet
from fsm.readers.columns import CHANGE
from fsm.replay.align.edits import SAYS, Edit, Kind
from fsm.replay.align.example import Example, Step
from fsm.replay.align.given import WHY, Accepted
from fsm.replay.align.report import Group, Report, Since, Trend
from fsm.spec.conversation import CONVERSATION
from fsm.spec.rules import RULES
from fsm.spec.words import told

PAGE = files("fsm") / "replay" / "align" / "page"
EXPLORER = "explorer.html"
MOST_GROUPS = 200
"""Groups that are told."""
OPEN = 3
"""Of these, how many are open to begin with."""
BEFORE, AFTER = 12, 3
"""Steps of an example that are told before and after the edit."""
LONGEST = 20_000
"""Characters that an address may have; one that is longer leads nowhere in some browsers."""
NO_RULE = "does not apply there, or is not theirs to fire; no rule decides"


def page(report: Report, pictures: Mapping[str, str]) -> str:
    """Why a log does not follow, as HTML; an example leads to an ``explorer.html`` beside it.

    Args:
        report: what aligning the log came to.
        pictures: by lifecycle, an SVG of it with the edits.
    """
    parts = {
        "css": sheet() + _part("align.css"),
        "log": escape(plain(report.followed.name)),
        "specification": escape(report.specification),
        "figures": "".join(_figures(report)),
        "causes": "".join(_causes(report)) or "<p>All of it follows.</p>",
        "since": _since(report.since),
        "lifecycles": "".join(_lifecycles(report, pictures)) or "<p>Nothing is to be edited on any.</p>",
        "accepted": "".join(_accepted(report)) or "<p>Nothing is set aside.</p>",
    }
    return filled(_part("align.html"), parts)


def _part(name: str) -> str:
    return (PAGE / name).read_text(encoding="utf-8")


def _figures(report: Report) -> Iterator[str]:
    accepted = sum(each.times for each in report.accepted)
    yield '<dl class="figures">'
    for name, figure, says in (
        ("conversations", f"{report.conversations:,}", f"{report.fit:,} of them follow as they are"),
        ("events", f"{report.events:,}", "in all conversations"),
        ("edits", f"{report.cost:,}", f"{accepted:,} of them accepted"),
        ("fitness", f"{report.fitness:.4f}", "share of the log that needs no edit, by what all of it would cost"),
        ("precision", f"{report.precision:.4f}", "share of what is possible that the log does somewhere"),
        ("variants", f"{report.variants:,}", "conversations that are alike are one"),
    ):
        yield f"<div><dt>{name}</dt><dd><b>{figure}</b><small>{says}</small></dd></div>"
    yield "</dl>"


def _causes(report: Report) -> Iterator[str]:
    trends = {each.edit: each for each in report.since or ()}
    for n, group in enumerate(report.groups[:MOST_GROUPS]):
        since = trends.get(group.edit)
        yield f"<details{' open' * (n < OPEN)}><summary><b>{group.times:,}</b> &times; {_edit(group.edit)}"
        yield f" {_trend(since)}</summary>" if since else "</summary>"
        yield f"<p>{_sentence(group.edit)}</p><p>{_refused(group.edit)}</p>"
        yield f"<p>In {_count(group.conversations, 'conversation')}{_where(group)}.</p>"
        yield from _example(report, group)
        yield "</details>"
    more = len(report.groups) - MOST_GROUPS
    if more > 0:
        yield f"<p>And {_count(more, 'cause')} more; --json tells them.</p>"


def _edit(edit: Edit) -> str:
    return escape(plain(str(edit)))


def _sentence(edit: Edit) -> str:
    """What is wrong, and what the event is, in words."""
    says = SAYS[edit.kind]
    if edit.event == CHANGE:
        return f"A change of the pairing: {says}."
    parties = ("originator", "recipient")
    who = f"The {edit.by}"
    peer = next(f"the {each}" for each in parties if each != edit.by)
    return escape(f"{told(edit.event, who, peer)}: {says}.")


def _refused(edit: Edit) -> str:
    """The rule that an edit is about."""
    before = "Without it, what comes next" if edit.kind is Kind.MISSING else "As it is in the log, it"
    if edit.kind is Kind.SEEN:
        return _rule(edit.rule)
    return f"{before} is refused. {_rule(edit.rule)}" if edit.rule else f"{before} {NO_RULE}."


def _rule(rule: str | None) -> str:
    return f"<b>{escape(rule)}</b>: {escape(RULES[rule].says)}" if rule else "No rule decides."


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}{'s' * (n != 1)}"


def _where(group: Group) -> str:
    if not group.where:
        return ""
    told = (f"{each.lifecycle.replace('_', ' ')} {each.state} ({each.times:,})" for each in group.where)
    return f"; made in {escape(', '.join(told))}"


def _trend(since: Since) -> str:
    return f'<span class="trend">{since.trend}: {since.before:,} to {since.now:,}</span>'


def _example(report: Report, group: Group) -> Iterator[str]:
    found = report.example(group)
    name = escape(plain(str(group.conversation))) or "the log"
    where = escape(plain(group.source) or report.followed.where(group.line))
    yield f"<h3>Such as {name}, {where}</h3>"
    yield from _steps(report, found)
    if len(found.address) <= LONGEST:
        yield f'<p><a href="{EXPLORER}#{escape(found.address)}">Play it in the explorer, up to there</a></p>'


def _steps(report: Report, found: Example) -> Iterator[str]:
    first, last = max(0, found.at - BEFORE), found.at + AFTER + 1
    if first:
        yield f'<p class="quiet">After {_count(first, "step")}:</p>'
    rows = (_step(report, step, n == found.at) for n, step in enumerate(found.steps[first:last], first))
    yield _table(("line#", "in the log", "edit", "by the tables"), rows)
    more = len(found.steps) - last
    if more > 0:
        yield f'<p class="quiet">And {_count(more, "step")} more.</p>'


def _step(report: Report, step: Step, here: bool) -> str:
    line = report.followed.where(step.line).rpartition(":")[2] if step.logged else ""
    edit = f"<b>{'&#9654; ' * here}{step.edit.kind}</b>" if step.edit else ""
    logged, by_tables = (_cell(each) for each in (step.logged, step.by_tables))
    return f'<tr{" class=here" * here}><td class="number">{line}</td>{logged}<td>{edit}</td>{by_tables}</tr>'


def _cell(text: str) -> str:
    return f"<td>{escape(plain(text))}</td>" if text else '<td class="none">nothing</td>'


def _since(since: Sequence[Since] | None) -> str:
    if since is None:
        return "<p>There is no earlier report to compare with.</p>"
    if not since:
        return "<p>As in the earlier report.</p>"
    order = list(Trend)
    rows = (
        f'<tr><td>{each.trend}</td><td class="number">{each.before:,}</td><td class="number">{each.now:,}</td>'
        f"<td>{_edit(each.edit)}</td></tr>"
        for each in sorted(since, key=lambda each: order.index(each.trend))
    )
    return _table(("", "before#", "now#", "edit"), rows)


def _table(names: Iterable[str], rows: Iterable[str]) -> str:
    """A table; the names of columns of numbers end in #."""
    head = "".join(
        f'<th class="number">{name[:-1]}</th>' if name.endswith("#") else f"<th>{name}</th>" if name else "<td></td>"
        for name in names
    )
    body = f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody>"
    return f'<div class="wide" tabindex="0"><table>{body}</table></div>'


def _lifecycles(report: Report, pictures: Mapping[str, str]) -> Iterator[str]:
    for name, picture in pictures.items():
        label = escape(CONVERSATION.lifecycles[name].label)
        yield f"<figure><figcaption><h3>{label}</h3></figcaption>"
        yield _table(("state", "times#", "edit"), _in_states(report, name))
        data = b64encode(picture.encode()).decode()
        yield f'<div class="wide drawn" tabindex="0" role="region" aria-label="{label}, drawn">'
        yield f'<img src="data:image/svg+xml;base64,{data}" alt="{label}: its states, with the edits above"></div>'
        yield "</figure>"


def _in_states(report: Report, name: str) -> Iterator[str]:
    states = list(CONVERSATION.lifecycles[name].states)
    found = [
        (states.index(where.state), -where.times, group.edit)
        for group in report.groups
        for where in group.where
        if where.lifecycle == name
    ]
    for n, less, edit in sorted(found, key=lambda each: each[:2]):
        yield f'<tr><td>{escape(states[n])}</td><td class="number">{-less:,}</td><td>{_edit(edit)}</td></tr>'


def _accepted(report: Report) -> Iterator[str]:
    if report.accepted:
        rows = (
            f'<tr><td class="number">{each.times:,}</td><td>{_edit(each.edit)}</td>'
            f"<td>{escape(plain(each.why or ''))}</td><td>{_rule(each.edit.rule)}</td></tr>"
            for each in report.accepted
        )
        yield _table(("times#", "edit", "why", "rule"), rows)
    if report.unused:
        yield "<p>Accepted, and not found:</p><ul>"
        yield from (f"<li>{_not_found(each)}</li>" for each in report.unused)
        yield "</ul>"


def _not_found(each: Accepted) -> str:
    told = ", ".join(f"{name} {value}" for name, value in each.as_dict().items() if name != WHY)
    return escape(plain(told)) or "anything"
