"""The generated pages, each made by a directive of its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec

from docutils import nodes
from sphinx.util.docutils import SphinxDirective, SphinxRole

from fsm.draw.exhibits.gallery import CHAPTERS
from fsm.notation import BOTH, Change, Claim, Dispatch, Emit, Guard, Lifecycle, Row, State, guards_of
from fsm.space.profiles import Profiles
from fsm.spec.conversation import CONVERSATION
from fsm.spec.editions import EDITIONS
from fsm.spec.enforcement import ELSEWHERE
from fsm.spec.guards import REACHABLE
from fsm.spec.routing import ROUTES, RouteRow
from fsm.spec.rules import GROUPS, RULES, Rule
from fsm.spec.statements import STATEMENTS
from fsm.verify import PROPERTIES
from generator import formats, house
from generator.commands import commands
from generator.domain import ref
from generator.making import (
    Inline,
    entries,
    facts,
    links,
    paragraph,
    permalink,
    row,
    rules,
    section,
    separated,
    table,
    thing,
)
from generator.pictures import about, picture
from generator.python import api
from generator.repository import page
from generator.things import changes, citing, conditions, signals, things, used_effects

Nodes = Iterator[nodes.Node]

BY = {BOTH: "either"}
KINDS_OF_CLAIM = {
    "space": ("Of all that can happen", "What holds of the specification as a whole."),
    "tables": ("Of the tables", "What holds of the tables as they are written."),
    "ends": ("Of what comes to an end", "What does not go on for ever."),
    "step": ("Of every step", "What holds of every event that is accepted, in every place, for every pairing."),
    "place": ("Of every place", "What holds wherever a conversation can stand, for either of its two people."),
    "pairing": ("Of every pairing", "What holds of where two people are routed."),
    "changed": ("Of every change of a pairing", "What holds when a mode, a policy or a client changes."),
}
"""What a claim is of, by the field that says so."""


class Generated(SphinxDirective):
    """A page, or a part of one, that is made of the tables."""

    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Make it."""
        return list(PAGES[self.name](self))

    @property
    def up(self) -> str:
        """The way from this page to the front."""
        return "../" * self.env.docname.count("/")


# Lifecycles


def lifecycle(asked: Generated) -> Nodes:
    """A lifecycle: its picture, what is claimed of it, and every state with its rows and timers."""
    found = CONVERSATION.lifecycles[asked.arguments[0]]
    said = paragraph(
        f"{len(found.states)} states and {len(found.rows)} rows. Rows for an event are tried from the top; the first "
        "whose conditions hold decides."
    )
    said["ids"] = [thing("lifecycle", found.name).anchor]
    yield said
    brief, *others = about(found.name)
    yield from picture(brief, asked.up)
    for state in found:
        yield _state(found, state)
    claims = _own_claims(found.name)
    if claims:
        yield section(
            "What is claimed of it",
            f"{found.name}-claims",
            table("claim | says", (row([ref("claim", each.name)], [each.says]) for each in claims), (1, 2)),
        )
    pictures = [part for each in others for part in (paragraph(f"{each.title}. {each.says}"), *picture(each, asked.up))]
    yield section("Pictures", f"{found.name}-pictures", *pictures)


def _own_claims(name: str) -> Sequence[Claim]:
    """The claims that stand beside a lifecycle's table."""
    module = f"fsm.spec.claims.{name}"
    if not find_spec(module):
        return ()
    own: Sequence[Claim] = getattr(import_module(module), name.upper())
    return own


def _state(within: Lifecycle, state: State) -> nodes.section:
    place = f"{within.name}.{state.name}"
    flags = (
        word
        for word, holds in (
            ("where it begins", state.initial),
            ("where it may rest", state.final),
            ("shown as routed", state.routed),
        )
        if holds
    )
    return section(
        state.name,
        thing("state", place).anchor,
        paragraph(f"{state.label}."),
        *facts(
            ("state", list(separated(flags))),
            ("owner", [state.owner] if state.owner else []),
            ("opener", [state.opener] if state.opener else []),
            ("ignores", links("event", state.ignores)),
        ),
        *(
            [
                table(
                    "row | if | what comes of it | rules",
                    (_row(each) for each in state.rows),
                    (3, 3, 4, 2),
                    "rows",
                )
            ]
            if state.rows
            else []
        ),
        *([_timers(place, state)] if state.timers else []),
    )


def _timers(place: str, state: State) -> nodes.table:
    return table(
        "timer | after | if | rules",
        (
            row(
                [permalink(thing("timer", f"{place}.{each.event}"), each.event)],
                [f"{each.seconds} s"],
                _guards(each.when),
                rules(each.cites),
                anchor=thing("timer", f"{place}.{each.event}").anchor,
            )
            for each in state.timers
        ),
        (3, 3, 4, 2),
        "rows",
    )


def _row(found: Row) -> nodes.row:
    each = thing("row", found.id)
    short = ".".join(found.id.split(".")[-2:])
    signal: list[Inline] = [nodes.inline(text="signal ", classes=["tag"])] if found.internal else []
    return row(
        [*signal, permalink(each, short), f" by {BY.get(found.by, found.by)}"],
        _guards(found.when),
        _comes(found),
        rules(each.cites),
        anchor=each.anchor,
        kind="refusal" if found.refused else "",
    )


def _guards(guards: Sequence[Guard]) -> list[Inline]:
    """Links to guards; those that say together that a conversation is possible are said in a word."""
    all_of_them = set(REACHABLE) <= set(guards)
    named = [ref("guards", "reachable")] if all_of_them else []
    named += [ref("guard", each.name, str(each)) for each in guards if not (all_of_them and each in REACHABLE)]
    return separated(named)


def _comes(found: Row) -> list[Inline]:
    where = found.id.split(".")[0]
    parts: list[list[Inline]] = []
    if found.refused:
        parts.append(["refused by ", ref("rule", found.refused, code=False)])
    elif found.to:
        kept = [f"{word}: {role}" for word, role in (("owner", found.owner), ("opener", found.opener)) if role]
        parts.append(
            ["to ", ref("state", f"{where}.{found.to}", found.to), f" ({', '.join(kept)})" if kept else ""],
        )
    else:
        parts.append(["stays"])
    for item in found.does:
        if isinstance(item, Emit):
            parts.append([ref("effect", item.effect.name), f" to {item.to or item.effect.service}"])
        else:
            parts.append(["tells ", ref("event", item.event, str(item)), f" by {item.by}"])
    if found.instead:
        parts.append(["instead: ", *links("event", found.instead)])
    return separated(parts, "; ")


# What tables are made of


def guards(asked: Generated) -> Nodes:
    """Every guard, and the rows that ask it."""
    asking: dict[str, list[str]] = {}
    for each in CONVERSATION.rows.values():
        for guard in dict.fromkeys((*each.when, *(guard for emit in each.effects for guard in emit.effect.only))):
            asking.setdefault(guard.name, []).append(each.id)
    together = paragraph("A conversation is possible: ", *links("guard", (each.name for each in REACHABLE)), ".")
    yield entries([(thing("guards", "reachable"), [together])])
    yield entries(
        (
            thing("guard", each.name),
            [
                paragraph(f"{_whom(each)} {each.says}; where it fails, {each.otherwise}."),
                *facts(
                    ("what helps", [each.remedy.says] if each.remedy.says else []),
                    ("rules", rules(each.cites)),
                    used={"row": asking.get(each.name, ())},
                ),
            ],
        )
        for each in guards_of(CONVERSATION)
    )


def _whom(guard: Guard) -> str:
    return "Of the pairing:" if guard.about is None else "The party"


def effects(asked: Generated) -> Nodes:
    """Every effect, and the rows that ask for it."""
    rows: dict[str, list[str]] = {}
    for each in CONVERSATION.rows.values():
        for emit in each.effects:
            rows.setdefault(emit.effect.name, []).append(each.id)
    yield entries(
        (
            thing("effect", each.name),
            [
                paragraph(f"The {each.service.replace('-', ' ') or 'party'} {each.says}."),
                *facts(
                    ("only if", _guards(each.only)),
                    ("answered by", links("event", each.answers)),
                    ("rules", rules(each.cites)),
                    used={"row": tuple(dict.fromkeys(rows[each.name]))},
                ),
            ],
        )
        for each in used_effects()
    )


def events(asked: Generated) -> Nodes:
    """Every event: where it goes, and the rows for it."""
    yield section(
        "Events that parties and services fire",
        "events",
        entries((thing("event", each), [*_dispatch(each), *_decided(each)]) for each in CONVERSATION.events),
    )
    yield section(
        "Signals that lifecycles send each other",
        "signals",
        entries((thing("event", each), _signal(each)) for each in signals()),
    )
    yield section(
        "What a change of the pairing sends",
        "changes",
        table(
            "change | in the name of | rules",
            (_change(name, each) for name, each in changes()),
        ),
    )


def _change(name: str, change: Change) -> nodes.row:
    each = thing("change", name)
    return row(
        [permalink(each, change.event), ", heard as ", ref("event", change.event)],
        [change.by],
        rules(each.cites),
        anchor=each.anchor,
    )


def _dispatch(event: str) -> list[nodes.Node]:
    return [
        table(
            "dispatch | while | where it goes | rules",
            (
                row(
                    [permalink(thing("dispatch", each.id))],
                    _while(each),
                    [ref("lifecycle", each.lifecycle)]
                    if each.lifecycle
                    else ["refused by ", ref("rule", each.refused, code=False), *_instead(each)],
                    rules(each.cites),
                    anchor=thing("dispatch", each.id).anchor,
                )
                for each in CONVERSATION.dispatch[event]
            ),
            kind="rows",
        )
    ]


def _while(found: Dispatch) -> list[Inline]:
    parts: list[list[Inline]] = [[f"by the {found.by}"]] if found.by is not BOTH else []
    for name, states in found.while_.items():
        among = separated((ref("state", f"{name}.{each}", each) for each in states), " or ")
        parts.append([f"{name} is ", *among])
    return separated(parts, "; ") or ["otherwise" if len(CONVERSATION.dispatch[_event(found)]) > 1 else "always"]


def _event(found: Dispatch) -> str:
    return found.id.rpartition(".")[0]


def _instead(found: Dispatch) -> list[Inline]:
    return ["; instead: ", *links("event", found.instead)] if found.instead else []


def _signal(signal: str) -> list[nodes.Node]:
    sending = [each.id for each in CONVERSATION.rows.values() if any(sent.event == signal for sent in each.signals)]
    changing = [name for name, each in changes() if each.event == signal]
    return [*facts(used={"row": sending, "change": changing}, by="sent by"), *_decided(signal)]


def _decided(event: str) -> list[nodes.Node]:
    deciding = [each.id for each in CONVERSATION.rows.values() if each.event == event]
    return facts(used={"row": deciding}, by="decided by")


# What is said of them


def rules_page(asked: Generated) -> Nodes:
    """Every rule: where it comes from, what keeps it, what is claimed of it and which statements became it."""
    for group in GROUPS:
        found = [rule for rule in RULES.values() if rule.group == group]
        yield section(group, f"group-{group.lower()}", entries((thing("rule", each.id), _rule(each)) for each in found))


def _rule(rule: Rule) -> list[nodes.Node]:
    kept = ELSEWHERE.get(rule.id)
    return [
        paragraph(rule.says),
        *facts(
            ("from", [f"{rule.document.title}: {rule.section}"]),
            ("kept by", [kept] if kept else []),
            used=citing()[rule.id],
        ),
    ]


def claims(asked: Generated) -> Nodes:
    """Every claim in words, by what it is of."""
    for field, (title, says) in KINDS_OF_CLAIM.items():
        found = [each for each in PROPERTIES if getattr(each, field)]
        listed = entries((thing("claim", each.name), _claim(each)) for each in found)
        yield section(f"{title} ({len(found)})", f"claims-{field}", paragraph(says), listed)


def _claim(claim: Claim) -> list[nodes.Node]:
    return [
        paragraph(f"{claim.says[0].upper()}{claim.says[1:]}."),
        *facts(
            ("rules", rules(claim.cites)),
            ("events", links("event", (each for each in claim.events if ("event", each) in things()))),
        ),
    ]


def routing(asked: Generated) -> Nodes:
    """The routing table and its conditions."""
    yield table(
        "route | if | what the conversation is | rules",
        (
            row(
                [permalink(thing("route", str(n)))],
                separated(ref("condition", guard.name) for guard in each.when) or ["otherwise"],
                _kind(each),
                rules(each.cites),
                anchor=thing("route", str(n)).anchor,
                kind="refusal" if each.refused else "",
            )
            for n, each in enumerate(ROUTES, 1)
        ),
        (1, 4, 3, 3),
        "rows",
    )
    listed = entries(
        (
            thing("condition", each.name),
            [
                paragraph(f"{each.says[0].upper()}{each.says[1:]}."),
                *facts(("what helps", [each.remedy.says] if each.remedy.says else []), ("rules", rules(each.cites))),
            ],
        )
        for each in conditions()
    )
    yield section("Conditions", "conditions", listed)


def _kind(route: RouteRow) -> list[Inline]:
    return [route.kind, " by ", ref("rule", route.refused, code=False)] if route.refused else [route.kind]


def editions(asked: Generated) -> Nodes:
    """Every edition: who exists in it, and what is taken where nothing is said."""
    for each in EDITIONS.values():
        taken = table(
            "of | homed | has an SfB account",
            (
                row([whom], [str(found.homing)], ["yes" if found.has_sfb_client else "no"])
                for whom, found in (("a TeamsOnly user", each.teams_only), ("everybody else", each.others))
            ),
        )
        made = section(
            each.name,
            thing("edition", each.name).anchor,
            paragraph(f"From {each.since}. {each.says}."),
            *facts(("source", [each.source]), ("Islands in its tables", [f"`{each.islands}`"])),
            paragraph("What is taken where nothing is said:"),
            taken,
        )
        if each.nobody:
            made += paragraph("Who does not exist:")
            made += table(
                "look at | what is so instead | what to do | rule",
                (row([f"`{gone.field}`"], [gone.says], [gone.remedy], rules((gone.rule,))) for gone in each.nobody),
            )
        yield made


def statements(asked: Generated) -> Nodes:
    """What the source document says, statement by statement, and the documents that rules come from."""
    for heading in dict.fromkeys(each.section for each in STATEMENTS):
        listed = [
            (
                thing("statement", str(n)),
                [
                    paragraph(each.words),
                    *facts(("became", rules(each.rules)), ("beyond the tables", [each.beyond] if each.beyond else [])),
                ],
            )
            for n, each in enumerate(STATEMENTS, 1)
            if each.section == heading
        ]
        yield section(heading, f"statements-{listed[0][0].name}", entries(listed))
    documents = dict.fromkeys(rule.document for rule in RULES.values())
    made = section("The documents", "documents")
    for document in documents:
        public = "://" in document.address
        title: Inline = nodes.reference("", document.title, refuri=document.address) if public else document.title
        gave = [rule.id for rule in RULES.values() if rule.document == document]
        made += paragraph(title, f". {document.publisher}, {document.date}. {document.confirmed}")
        made += facts(("rules", rules(gave)))
    yield made


def gallery(asked: Generated) -> Nodes:
    """Every picture, in the order that tells the story."""
    for n, (chapter, exhibits) in enumerate(CHAPTERS, 1):
        made = section(chapter, f"chapter-{n}")
        for each in exhibits:
            made += paragraph(nodes.strong(text=f"{each.title}. "), each.says)
            made += picture(each, asked.up)
        yield made


def one_picture(asked: Generated) -> Nodes:
    """One picture of the gallery, by its name."""
    found = {each.name: each for _, exhibits in CHAPTERS for each in exhibits}
    yield from picture(found[asked.arguments[0]], asked.up)


class Count(SphinxRole):
    """How many of something there are."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Count them."""
        return [nodes.Text(f"{COUNTS[self.text]():,}")], []


COUNTS: Mapping[str, Callable[[], int]] = {
    "profiles": lambda: Profiles(CONVERSATION).profiles,
    "rows": lambda: len(CONVERSATION.rows),
    "rules": lambda: len(RULES),
    "claims": lambda: len(PROPERTIES),
}
"""What can be counted."""
PAGES: Mapping[str, Callable[[Generated], Nodes]] = {
    "lifecycle": lifecycle,
    "guards": guards,
    "effects": effects,
    "events": events,
    "rules": rules_page,
    "claims": claims,
    "routing": routing,
    "editions": editions,
    "statements": statements,
    "gallery": gallery,
    "picture": one_picture,
    "rooms": house.rooms,
    "formats": formats.formats,
    "commands": commands,
    "page": page,
    "api": api,
}
"""What makes what each directive is for."""
