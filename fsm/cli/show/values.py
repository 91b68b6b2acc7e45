"""How users, routes, outcomes, refusals, rules and tables look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from fsm.cli.play import Played
from fsm.cli.show.data import EFFECTS
from fsm.cli.show.evidence import Evidence
from fsm.cli.show.screen import INDENT, Screen
from fsm.engine.matrix import Cell, Cells
from fsm.engine.outcome import Outcome, Refusal, RefusalKind
from fsm.notation import PARTIES, At, Lifecycle, Party, Role, Row, Signal, State
from fsm.spec import routing
from fsm.spec.conversation import CONVERSATION
from fsm.spec.editions import Edition
from fsm.spec.parties import FLAGS, Homing, Mode, Pairing, Participant, Platform, Scope
from fsm.spec.routing import RouteKind
from fsm.spec.rules import RULES, Rule

if TYPE_CHECKING:
    from fsm.spec.names import LifecycleName


BY = {Role.BOTH: "either"}
ON = {Platform.TEAMS: "on Teams", Platform.SFB: "on SfB", None: "out of reach"}
SHORT = {
    Mode.ISLANDS: "Islands",
    Mode.SFB_ONLY: "SfBOnly",
    Mode.SFB_WITH_TEAMS_COLLAB: "SfB+Col",
    Mode.SFB_WITH_TEAMS_COLLAB_AND_MEETINGS: "SfB+ColMtg",
    Mode.TEAMS_ONLY: "TeamsOnly",
}
SHARES = {
    PARTIES: "both can share their desktop: natively on one platform, else by a meeting",
    PARTIES[:1]: "only the originator can share: natively on one platform, else by a meeting",
    PARTIES[1:]: "only the recipient can share: natively on one platform, else by a meeting",
    (): "neither can share their desktop",
}
NOBODY = "nobody"
"""What stands in a cell of users who do not exist."""
KINDS = {
    RefusalKind.NOT_APPLICABLE: "not applicable: there is no row for it here",
    RefusalKind.NOT_YOURS: "not yours: the rows for it here are for others",
    RefusalKind.REFUSED: "refused",
}
Names = Mapping[str, str]
"""What each party is called."""


def names(pairing: Pairing) -> dict[str, str]:
    """What the parties are called: the part of their address before the @, or all of it where that is the same."""
    addresses = [pairing.originator.address, pairing.recipient.address]
    short = [address.partition("@")[0] for address in addresses]
    return dict(zip(PARTIES, addresses if short[0] == short[1] else short, strict=True))


def sides(screen: Screen, pairing: Pairing, called: Names) -> RenderableType:
    """Who is on what, above the lanes of a play."""
    found = routing.route(pairing)
    left = f"{called[Party.ORIGINATOR]} ({ON[found.originator_on]})"
    right = f"{called[Party.RECIPIENT]} ({ON[found.recipient_on]})"
    return Padding(screen.lanes(Text(left, style="bold"), Text(right, style="bold")), (1, 0, 0, 0))


def route(screen: Screen, pairing: Pairing, called: Names) -> list[RenderableType]:
    """Two users, and where their conversation lands."""
    found = routing.route(pairing)
    first, second = (called[party] for party in PARTIES)
    why, head = found.refusal, f" {found.kind}: {first} {screen.glyphs.to} {second}"
    return [
        Text.assemble(screen.mark(why is None), head, style="bold"),
        screen.facts(
            ("originator", _person(screen, pairing.originator, found.originator_on)),
            ("recipient", _person(screen, pairing.recipient, found.recipient_on)),
            ("scope", pairing.scope + (f", SfB {pairing.topology}" if pairing.scope is Scope.IN_TENANT else "")),
            ("because", why.message if why else ""),
            ("instead", why.instead if why else ""),
            ("rules", " ".join(found.rules)),
        ),
    ]


def _person(screen: Screen, who: Participant, on: Platform | None) -> str:
    off = (f"{name} false" for name in FLAGS[:3] if not getattr(who, name))
    words = (str(who.mode), ON[on], who.client_on(on) if on else who.client, f"SfB homed {who.homing}", *off)
    return f" {screen.glyphs.dot} ".join(words)


def place(at: At, called: Names) -> str:
    """A state, and whose it is, written as a place is everywhere, with what the parties are called."""
    return ":".join((at.state, *(called[who] for who in at.remembered)))


def step(
    screen: Screen, played: Played, called: Names, title: str, aside: str = "", *, rows: bool = False
) -> list[RenderableType]:
    """One step: what happened, what each party now sees, and what changed; or why not. ``rows`` names the rows."""
    result = played.result
    if isinstance(result, Outcome):
        return [event(screen, played, title, aside), *outcome(screen, result, played.before, called, rows=rows)]
    return [event(screen, played, title, aside), *refusal(screen, result, rows=rows)]


def event(screen: Screen, played: Played, title: str, aside: str = "") -> RenderableType:
    """The first line of a step."""
    head = Table.grid(expand=True, padding=(0, 1))
    head.add_column(style="bold", no_wrap=True)
    head.add_column(ratio=1, style="bold")
    head.add_column(justify="right", style="dim", no_wrap=True)
    number = f"{played.event.line:>2} " if played.event.line else ""
    head.add_row(Text.assemble(number, screen.mark(isinstance(played.result, Outcome))), title, aside)
    return Padding(head, (1, 0, 0, 0))


def outcome(
    screen: Screen, found: Outcome, before: Mapping[LifecycleName, At], called: Names, *, rows: bool
) -> list[RenderableType]:
    """What came of an event."""
    seen = {party: [EFFECTS[sent.name].says for sent in found.effects if sent.to == party] for party in PARTIES}
    done = [
        f"the {sent.to.replace('-', ' ')} {EFFECTS[sent.name].says}" for sent in found.effects if sent.to not in seen
    ]
    moved = [
        f"{name.replace('_', ' ')} {before[name].state} {screen.glyphs.to} {place(at, called)}"
        for name, at in found.at
        if at != before[name]
    ]
    timers = [f"{timer.event} in {timer.seconds} s" for timer in found.timers.start]
    timers += [f"{event} cancelled" for event in found.timers.cancel]
    facts = screen.facts(
        ("service", "; ".join(done)),
        ("states", "; ".join(moved)),
        ("timers", "; ".join(timers)),
        ("rows", "\n".join(found.rows) if rows else ""),
        ("rules", " ".join(found.rules)),
    )
    if not any(seen.values()):
        return [facts]
    left, right = (screen.bullets(lines) for lines in seen.values())
    return [screen.lanes(left, right), facts]


def refusal(screen: Screen, found: Refusal, *, rows: bool) -> list[RenderableType]:
    """Why an event was refused, and what to do instead."""
    sentence = RULES[found.rule].says if found.rule else ""
    row = found.row if rows else None
    shown = [
        screen.facts(
            ("kind", KINDS[found.kind]),
            ("because", found.message if found.message != sentence else ""),
            ("rule", _rule(found.rule)),
            ("row", f"{'' if row in CONVERSATION.rows else 'dispatch '}{row}, which refuses" if row else ""),
            ("instead", found.instead or "nothing"),
        )
    ]
    for reason in found.reasons if rows else ():
        about = f" of the {reason.about}" if reason.about else ""
        shown += [
            screen.note(f"\n{screen.glyphs.no} row {reason.row}"),
            screen.facts(
                ("guard", reason.guard and f"{reason.guard}{about}"),
                ("because", reason.message),
                ("rule", _rule(reason.rule)),
                ("remedy", reason.remedy),
                indent=INDENT + 2,
            ),
        ]
    return shown


def _rule(rule: str | None) -> str:
    return f"{rule}: {RULES[rule].says}" if rule else ""


def standing(screen: Screen, places: Mapping[LifecycleName, At], called: Names) -> RenderableType:
    """Where everything stands, in words."""
    return screen.facts(
        *(
            (name.replace("_", " "), f"{place(at, called)}: {CONVERSATION.lifecycles[name].states[at.state].label}")
            for name, at in places.items()
        )
    )


def matrix(screen: Screen, cells: Cells, edition: Edition | None = None) -> list[RenderableType]:
    """Who can reach whom and how, in one look, with a key."""
    arrows = {
        PARTIES: screen.glyphs.both,
        PARTIES[:1]: screen.glyphs.to,
        PARTIES[1:]: screen.glyphs.back,
        (): screen.glyphs.none,
    }
    table = screen.table("from \\ to", *SHORT.values())
    every = dict.fromkeys(start for start, _ in cells)
    for homing in Homing:
        some = [start for start in every if start.homing is homing]
        if edition and some:
            table.add_row(Text(f"homed {homing}", style="italic"))
        for start in some:
            table.add_row(
                SHORT[start.mode] + (f" {ON[start.on]}" if start.mode is Mode.ISLANDS else ""),
                *(_cell(screen, cells[start, mode], arrows) for mode in Mode),
            )
    nobody = {(each.rule, each.message): None for cell in cells.values() for each in cell.problems}
    real = [cell for cell in cells.values() if not cell.problems]
    used = {cell.shares for cell in real if cell.route.refusal is None}
    refused = {cell.route.refusal.rule: None for cell in real if cell.route.refusal}
    return [
        *_edition(screen, edition),
        table,
        screen.note(""),
        screen.facts(
            ("native", "both on Teams"),
            ("interop", "one on Teams, one on SfB"),
            ("skype", "both on SfB"),
            (screen.glyphs.no, "impossible, by the rule named"),
            *((rule, RULES[rule].says) for rule in refused),
            *((NOBODY, f"no such user in this edition, {rule}: {message}") for rule, message in nobody),
            *((arrows[shares], SHARES[shares]) for shares in arrows if shares in used),
            *((short, mode) for mode, short in SHORT.items() if short != mode),
            indent=0,
        ),
    ]


def _edition(screen: Screen, edition: Edition | None) -> list[RenderableType]:
    if edition is None:
        return []
    facts = screen.facts(
        ("edition", f"{edition}, from {edition.since} on"),
        ("says", edition.says),
        ("source", edition.source),
        ("islands", f"its tables were published as with --islands {edition.islands}"),
        indent=0,
    )
    return [facts, screen.note("")]


def _cell(screen: Screen, cell: Cell, arrows: Mapping[tuple[Party, ...], str]) -> Text:
    if cell.problems:
        return Text(NOBODY, style="dim")
    if cell.route.refusal:
        return Text.assemble(screen.mark(False), f" {cell.route.refusal.rule}")
    kind = cell.route.kind.removesuffix("-federated")
    return Text(f"{kind} {arrows[cell.shares]}", style="bold" if kind == RouteKind.INTEROP else "")


def rules(screen: Screen, found: Mapping[Rule, Evidence]) -> RenderableType:
    """The catalogue by document and section, with how many places keep each rule, claims prove it and tests try it."""
    table = screen.table("rule", "says", "kept by", "claims", "tests")
    for column in table.columns[2:]:
        column.justify = "right"
        column.no_wrap = True
    table.columns[0].no_wrap = True
    document = section = ""
    for rule, evidence in found.items():
        if (rule.document.title, rule.section) != (document, section):
            if section:
                table.add_row()
            if rule.document.title != document:
                document = rule.document.title
                table.add_row("", Text(document, style="bold"))
            section = rule.section
            table.add_row("", Text(section, style="italic"))
        table.add_row(rule.id, rule.says, *(str(len(each)) for each in evidence))
    return table


def rule(screen: Screen, rule: Rule, evidence: Evidence, claims: Mapping[str, str]) -> list[RenderableType]:
    """One rule: where it comes from, what keeps it, what is proven of it and which tests exercise it.

    ``claims`` has what each claim says, by its name.
    """
    by_file: dict[str, list[str]] = {}
    for test in evidence.tested_by:
        file, _, name = test.partition("::")
        by_file.setdefault(file, []).append(name)
    listed = (line for file, found in by_file.items() for line in (file, *(f"  {name}" for name in found)))
    document = rule.document
    return [
        screen.heading(f"{rule.id}  {rule.says}"),
        screen.facts(
            ("document", f"{document.title}, {document.publisher}"),
            ("edition", document.date),
            ("section", rule.section),
            ("address", document.address),
            ("kept by", "\n".join(evidence.kept_by) or "nothing"),
            ("claims", "\n".join(f"{name}: {claims[name]}" for name in evidence.proven_by) or "none"),
            ("tests", str(len(evidence.tested_by) or evidence.untested)),
        ),
        *(screen.note(line, indent=INDENT + 2) for line in listed),
    ]


def lifecycle(screen: Screen, found: Lifecycle, only: str) -> list[RenderableType]:
    """A lifecycle's table, state by state."""
    shown: list[RenderableType] = [Text(f"{found.name}: {found.label}", style="bold")]
    for state in found:
        if only in ("", state.name):
            shown += _state(screen, state)
    return shown


def _state(screen: Screen, state: State) -> list[RenderableType]:
    flags = " (initial)" if state.initial else " (final)" if state.final else ""
    timers = (
        f"{timer.event} after {timer.seconds} s" + (f" if {', '.join(map(str, timer.when))}" if timer.when else "")
        for timer in state.timers
    )
    shown = [
        screen.heading(f"{state.name}{flags}: {state.label}"),
        screen.facts(
            ("owner", state.owner),
            ("opener", state.opener),
            ("timers", "; ".join(timers)),
            ("ignores", " ".join(state.ignores)),
            indent=2,
        ),
    ]
    for row in state.rows:
        shown += _row(screen, row)
    return shown


def _row(screen: Screen, row: Row) -> list[RenderableType]:
    target = f" {screen.glyphs.to} {row.to}" if row.to else ""
    if row.owner:
        target += f" ({row.owner})"
    if row.opener:
        target += f" (opened by {row.opener})"
    if row.refused:
        target = f" {screen.glyphs.no} refused by {row.refused}"
    does = (
        f"signal {item} by {item.by}"
        if isinstance(item, Signal)
        else f"{item.effect.name} to {item.to or item.effect.service}"
        for item in row.does
    )
    return [
        Padding(
            Text(f"{'signal ' if row.internal else ''}{row.event} by {BY.get(row.by, row.by)}{target}"), (0, 0, 0, 2)
        ),
        screen.facts(
            ("if", ", ".join(map(str, row.when))),
            ("does", "; ".join(does)),
            ("instead", " ".join(row.instead)),
            ("rules", " ".join(row.cites)),
            indent=INDENT + 2,
        ),
    ]
