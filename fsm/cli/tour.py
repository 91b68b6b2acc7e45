"""The story that the coexistence document tells, played: a desktop shared in a call between Teams and SfB."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from rich.console import RenderableType

from fsm.cli.ending import InputError, named
from fsm.cli.play import Played, play
from fsm.cli.show import data, values
from fsm.cli.show.screen import Screen
from fsm.engine.conversation import Conversation
from fsm.notation import Party
from fsm.notation.echo import echo
from fsm.notation.files import write_all
from fsm.readers.events import Event
from fsm.spec.conversation import LIFECYCLES
from fsm.spec.parties import Mode, Pairing
from fsm.tenant import Tenant, contoso

ADELE, GRADY, PRADEEP = (f"{name}@contoso.com" for name in ("adele.vance", "grady.archie", "pradeep.gupta"))
ORIGINATOR, RECIPIENT, SERVICE = Party


class Scene(NamedTuple):
    """One event, and how it is told."""

    event: str
    by: Party
    told: str


class Story(NamedTuple):
    """A conversation to play: who starts it with whom, and what happens."""

    title: str
    originator: str
    recipient: str
    scenes: tuple[Scene, ...]


class Told(NamedTuple):
    """A story that was played."""

    story: Story
    pairing: Pairing
    steps: tuple[Played, ...]


SHARING = Story(
    "Adele shares her desktop with Grady",
    ADELE,
    GRADY,
    (
        Scene("call_audio", ORIGINATOR, "Adele calls Grady"),
        Scene("accept_call", RECIPIENT, "Grady answers"),
        Scene("share_desktop", ORIGINATOR, "Adele picks desktop sharing"),
        Scene("warn_peer", ORIGINATOR, "Adele warns Grady before she accepts"),
        Scene("accept_meeting", ORIGINATOR, "Adele accepts the meeting"),
        Scene("meeting_created", SERVICE, "The meeting exists and takes the place of the call"),
        Scene("link_delivered", SERVICE, "The join link has crossed the gateway"),
        Scene("join_meeting", RECIPIENT, "Grady clicks the link"),
        Scene("start_sharing", ORIGINATOR, "Adele starts sharing from the tray"),
        Scene("stop_sharing", ORIGINATOR, "Adele stops sharing"),
        Scene("leave_meeting", ORIGINATOR, "Adele leaves"),
    ),
)
REFUSED = (
    Story(
        "Refused: a file in an interop chat",
        ADELE,
        GRADY,
        (
            Scene("open_chat", ORIGINATOR, "Adele opens a chat with Grady"),
            Scene("send_file", ORIGINATOR, "Adele attaches a file"),
            Scene("meet_now", ORIGINATOR, "Adele takes a way out: a meeting"),
        ),
    ),
    Story(
        "Refused: desktop sharing that the meeting policy forbids",
        PRADEEP,
        GRADY,
        (
            Scene("open_chat", ORIGINATOR, "Pradeep opens a chat with Grady"),
            Scene("share_desktop", ORIGINATOR, "Pradeep picks desktop sharing"),
            Scene("meet_now", RECIPIENT, "Grady takes the way out: a meeting of his"),
        ),
    ),
)
PRELUDE = "open_chat"
"""What is told in one line."""
LAID_OUT = {"svg": "svg", "png": "png"}
TEXT_ONLY = {"mermaid": "mmd", "dot": "dot"}
NEXT = (
    "fsm route nestor.wilke@contoso.com grady.archie@contoso.com",
    "fsm explain send_file --by recipient --in chat=interop:originator",
    "fsm matrix",
)


def tour(screen: Screen, out: Path) -> None:
    """Load the bundled export, play the stories, and draw the four lifecycles into ``out``.

    Raises:
        InputError: ``out`` cannot be written to.
    """
    tenant = contoso()
    stories = [tell(story, tenant) for story in (SHARING, *REFUSED)]
    drawn, trouble = draw(out)
    sections = [
        *((told.story.title, _story(screen, told)) for told in stories),
        ("The four lifecycles, drawn from the tables just played", [_drawn(screen, drawn, trouble)]),
        ("Try next", [screen.note(line) for line in NEXT]),
    ]
    shown = _export(screen, tenant)
    for number, (title, content) in enumerate(sections, 2):
        shown += [screen.section(f"{number}. {title}"), *content]
    screen.answer(
        {
            "export": _export_data(tenant),
            "story": _story_data(stories[0]),
            "refusals": [_story_data(told) for told in stories[1:]],
            "diagrams": [str(path) for path in drawn],
            "next": list(NEXT),
        },
        *shown,
    )


def tell(story: Story, tenant: Tenant) -> Told:
    """Play a story between two users of an export."""
    pairing = Pairing(tenant[story.originator], tenant[story.recipient])
    events = (Event(number, scene.event, scene.by) for number, scene in enumerate(story.scenes, 1))
    return Told(story, pairing, tuple(play(Conversation(pairing), events)))


def draw(out: Path) -> tuple[list[Path], str]:
    """Draw the lifecycles into ``out``: the files, and why they are not laid out if no layout engine is there.

    Raises:
        InputError: ``out`` cannot be written to.
    """
    from fsm.draw import NoLayoutEngine, lifecycle, render

    def rendered(formats: Mapping[str, str]) -> dict[Path, bytes]:
        return {
            out / f"{name}.{suffix}": render(lifecycle(each), kind)
            for name, each in LIFECYCLES.items()
            for kind, suffix in formats.items()
        }

    trouble = ""
    try:
        out.mkdir(parents=True, exist_ok=True)
        try:
            files = rendered(LAID_OUT)
        except NoLayoutEngine as error:
            files, trouble = rendered(TEXT_ONLY), str(error)
        write_all(files)
    except OSError as error:
        raise InputError(f"--out: cannot write to {echo(str(out))}: {error.strerror}; give another directory") from None
    return list(files), trouble


def first_names(pairing: Pairing) -> dict[str, str]:
    """What the two call each other."""
    sides = {ORIGINATOR: pairing.originator, RECIPIENT: pairing.recipient}
    return {party: who.address.partition(".")[0].capitalize() for party, who in sides.items()}


def _story(screen: Screen, told: Told) -> list[RenderableType]:
    called = first_names(told.pairing)
    shown = values.route(screen, told.pairing, called)
    if told.story is SHARING:
        shown.append(values.sides(screen, told.pairing, called))
    for scene, step in zip(told.story.scenes, told.steps, strict=True):
        if scene.event == PRELUDE:
            shown.append(values.event(screen, step, scene.told, scene.event))
        else:
            shown += values.step(screen, step, called, scene.told, scene.event)
    return shown


def _story_data(told: Told) -> data.Data:
    steps = [
        {"told": scene.told, **data.played(step)} for scene, step in zip(told.story.scenes, told.steps, strict=True)
    ]
    return {
        "title": told.story.title,
        **data.between(told.pairing),
        "steps": steps,
    }


def _modes(tenant: Tenant) -> dict[str, int]:
    count = Counter(who.mode for who in tenant.values())
    return {mode.value: count[mode] for mode in Mode}


def _export(screen: Screen, tenant: Tenant) -> list[RenderableType]:
    skipped = (f"{row.address}: {row.reason}" for row in tenant.skipped)
    problems = (str(problem) for problem in tenant.problems)
    return [
        screen.section("1. An organisation on its way to Teams"),
        screen.facts(
            ("export", "contoso.com, as Get-CsOnlineUser and Get-CsTeams...Policy write it"),
            ("users", f"{len(tenant)} who can converse"),
            ("modes", "\n".join(f"{count} {mode}" for mode, count in _modes(tenant).items())),
            ("skipped", "\n".join(skipped)),
            ("problems", "\n".join(problems) or "none"),
        ),
    ]


def _export_data(tenant: Tenant) -> data.Data:
    return {
        "users": len(tenant),
        "modes": _modes(tenant),
        "skipped": [{"line": row.line, "address": row.address, "reason": row.reason} for row in tenant.skipped],
        "problems": [str(problem) for problem in tenant.problems],
    }


def _drawn(screen: Screen, files: list[Path], trouble: str) -> RenderableType:
    return screen.facts(
        ("in", named(files[0].parent)), ("files", " ".join(path.name for path in files)), ("note", trouble)
    )
