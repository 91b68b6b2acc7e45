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
from fsm.explore.stories import FILE, POLICY, SHARING, Scene, Story, two
from fsm.notation import PARTIES, Party
from fsm.notation.echo import echo
from fsm.notation.files import write_all
from fsm.readers.events import Event
from fsm.spec.conversation import LIFECYCLES
from fsm.spec.parties import Mode, Pairing
from fsm.spec.words import told as sentence
from fsm.tenant import Tenant, contoso


class Told(NamedTuple):
    """A story that was played."""

    story: Story
    pairing: Pairing
    steps: tuple[Played, ...]


TOLD = (SHARING, FILE, POLICY)
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
    stories = [tell(story) for story in TOLD]
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


def tell(story: Story) -> Told:
    """Play a story."""
    pairing = two(story)
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
    sides = {party: getattr(pairing, party) for party in PARTIES}
    return {party: who.address.partition(".")[0].capitalize() for party, who in sides.items()}


def _story(screen: Screen, told: Told) -> list[RenderableType]:
    called = first_names(told.pairing)
    shown = values.route(screen, told.pairing, called)
    if told.story is SHARING:
        shown.append(values.sides(screen, told.pairing, called))
    for scene, step in zip(told.story.scenes, told.steps, strict=True):
        if scene.event == PRELUDE:
            shown.append(values.event(screen, step, _sentence(scene, called), scene.event))
        else:
            shown += values.step(screen, step, called, _sentence(scene, called), scene.event)
    return shown


def _sentence(scene: Scene, called: Mapping[str, str]) -> str:
    who = scene.by if scene.by in PARTIES else Party.ORIGINATOR
    return sentence(scene.event, called[who], called[who.other])


def _story_data(told: Told) -> data.Data:
    called = first_names(told.pairing)
    steps = [
        {"told": _sentence(scene, called), **data.played(step)}
        for scene, step in zip(told.story.scenes, told.steps, strict=True)
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
