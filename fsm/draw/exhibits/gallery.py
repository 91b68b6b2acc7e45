"""The gallery: its pictures, in the order that tells the story; writing it, and telling when it is stale."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

from fsm.draw.conversation import conversation
from fsm.draw.exhibits import pages, peers
from fsm.draw.formats import render
from fsm.draw.lifecycles import lifecycle
from fsm.draw.matrix import editions, matrix
from fsm.draw.overlays import coverage, difference, for_pairing, path
from fsm.draw.picture import Picture
from fsm.engine import known
from fsm.engine.conversation import Conversation
from fsm.engine.outcome import Outcome, Refusal
from fsm.notation.files import write_all
from fsm.spec.conversation import LIFECYCLES
from fsm.spec.editions import EDITIONS, Edition
from fsm.spec.parties import Client, IslandsInterop, Mode, Pairing, Participant, Scope

Progress = Callable[[int, int, str], None]
"""Told how many files are made, of how many, and the latest one's name."""

ANNA = Participant("anna@contoso.example", Mode.TEAMS_ONLY)
BEN = Participant("ben@contoso.example", Mode.SFB_ONLY)
CARA = Participant("cara@contoso.example", Mode.TEAMS_ONLY)
DINA = Participant("dina@fabrikam.example", Mode.SFB_WITH_TEAMS_COLLAB)
EMIL = Participant("emil@contoso.example", Mode.ISLANDS)
GOV = Participant("gus@agency.example", Mode.TEAMS_ONLY)
OLD = replace(BEN, client=Client.SFB_LEGACY)
MUTE = replace(ANNA, allow_private_meet_now=False)

INTEROP = Pairing(ANNA, BEN)
FROM_SFB = Pairing(BEN, ANNA)
NATIVE = Pairing(ANNA, CARA)
FEDERATED = Pairing(ANNA, DINA, scope=Scope.FEDERATED)
OTHER_CLOUD = Pairing(ANNA, GOV, scope=Scope.FEDERATED, same_cloud=False)
LEGACY = Pairing(OLD, ANNA)
TO_ISLANDS = Pairing(BEN, EMIL, scope=Scope.FEDERATED)

CHAT_STORY = """
open_chat originator, send_text originator, send_text recipient, send_file recipient, share_desktop originator,
accept_meeting originator, meeting_created service, link_undelivered service, resend_link originator,
link_delivered service, join_meeting recipient, start_sharing originator, stop_sharing originator,
leave_meeting originator, close_chat recipient
"""
CALL_STORY = """
call_audio originator, accept_call recipient, add_video recipient, hold recipient, resume recipient,
share_desktop originator, warn_peer originator, accept_meeting originator, meeting_created service,
link_delivered service, join_timed_out service, call_audio recipient, no_answer service
"""


@cache
def play(pairing: Pairing, story: str) -> tuple[Outcome | Refusal, ...]:
    """What comes of a story: "event party" pairs, separated by commas."""
    told = Conversation(pairing)
    run: list[Outcome | Refusal] = []
    for step in story.split(","):
        event, by = step.split()
        way = known.event(event), known.party(by)
        run.append(told.why_not(*way) or told.fire(*way))
    return tuple(run)


def used() -> dict[str, int]:
    """How often the two stories use each row."""
    run = play(INTEROP, CHAT_STORY) + play(INTEROP, CALL_STORY)
    return Counter(row for each in run if isinstance(each, Outcome) for row in each.rows)


class Exhibit(NamedTuple):
    """One picture of the gallery."""

    name: str
    title: str
    says: str
    draw: Callable[[], Picture]


CHAT, CALL, MEETING, TERMINATED = LIFECYCLES.values()
BASE, RETIRED, NOW = EDITIONS.values()


def ben_and_anna(edition: Edition) -> Pairing:
    """An SfB user and a TeamsOnly user, as an edition takes them."""
    return Pairing(*(edition.participant(who.address, who.mode) for who in (BEN, ANNA)))


BY_EDITION = "What an edition changes"
CHAPTERS: tuple[tuple[str, tuple[Exhibit, ...]], ...] = (
    (
        "Who reaches whom",
        (
            Exhibit("matrix", "In one organisation", "What a conversation is, by the modes of its two users.", matrix),
            Exhibit(
                "matrix-federated",
                "Between two organisations",
                "The same for users of organisations that federate.",
                lambda: matrix(scope=Scope.FEDERATED),
            ),
            Exhibit(
                "matrix-as-routed",
                "In one organisation, the laxer reading",
                "What the published routing lets Islands users do, if a pairing asks for it.",
                lambda: matrix(islands_interop=IslandsInterop.AS_ROUTED),
            ),
            Exhibit(
                "matrix-federated-as-routed",
                "Between two organisations, the laxer reading",
                "The same for organisations that federate.",
                lambda: matrix(scope=Scope.FEDERATED, islands_interop=IslandsInterop.AS_ROUTED),
            ),
        ),
    ),
    (
        "The conversation at a glance",
        (
            Exhibit(
                "conversation",
                "Four lifecycles, one conversation",
                "Where each event goes, and the signals by which one lifecycle moves another.",
                conversation,
            ),
            *(
                Exhibit(
                    f"{each.name}-brief",
                    f"{each.label}, at a glance",
                    "Its states, and the events that lead from one to the next.",
                    lambda each=each: lifecycle(each, detail="brief"),  # type: ignore[misc]  # bound now, not later
                )
                for each in LIFECYCLES.values()
            ),
        ),
    ),
    (
        "A story",
        (
            Exhibit(
                "path-chat",
                "From a chat to a meeting",
                "A file is refused, sharing leads to a meeting, the link has to be sent twice.",
                lambda: path(CHAT, play(INTEROP, CHAT_STORY), title="from plain text to a meeting"),
            ),
            Exhibit(
                "path-meeting",
                "The meeting of that chat",
                "The same events, as the meeting sees them.",
                lambda: path(MEETING, play(INTEROP, CHAT_STORY), title="from plain text to a meeting"),
            ),
            Exhibit(
                "path-call",
                "A call that ends in a meeting",
                "The call goes on until the meeting exists; then nobody comes, and the peer calls back.",
                lambda: path(CALL, play(INTEROP, CALL_STORY), title="a call ends in a meeting"),
            ),
            Exhibit(
                "path-terminated_call",
                "What became of that call",
                "Superseded, abandoned, called back, missed: what call records and billing ask.",
                lambda: path(TERMINATED, play(INTEROP, CALL_STORY), title="a call ends in a meeting"),
            ),
        ),
    ),
    (
        "What two people can do",
        (
            Exhibit(
                "pairing-chat-interop",
                "A Teams user and an SfB user",
                "Plain text, and a way to a meeting from either side; grey is not for these two.",
                lambda: for_pairing(CHAT, INTEROP),
            ),
            Exhibit(
                "pairing-chat-native",
                "Two Teams users",
                "Everything that Teams offers, and no need of a meeting.",
                lambda: for_pairing(CHAT, NATIVE),
            ),
            Exhibit(
                "pairing-chat-federated",
                "Across organisations",
                "A Teams user and a federated user in an SfB mode.",
                lambda: for_pairing(CHAT, FEDERATED),
            ),
            Exhibit(
                "pairing-chat-islands",
                "A recipient in Islands mode, federated",
                "Both are met on SfB: a Skype conversation, no interop.",
                lambda: for_pairing(CHAT, TO_ISLANDS),
            ),
            Exhibit(
                "pairing-call-interop",
                "A call between Teams and SfB",
                "Either may escalate; each is warned that the call will end.",
                lambda: for_pairing(CALL, INTEROP),
            ),
            Exhibit(
                "pairing-call-legacy",
                "A call from an old SfB client",
                "It learns late that the other is on Teams, and cannot escalate; the Teams user can.",
                lambda: for_pairing(CALL, LEGACY),
            ),
            Exhibit(
                "pairing-call-other-cloud",
                "A call to another cloud",
                "TeamsOnly users in different clouds have text only: no call is ever placed.",
                lambda: for_pairing(CALL, OTHER_CLOUD),
            ),
            Exhibit(
                "pairing-meeting-from-sfb",
                "A meeting from SfB",
                "The initiator's platform hosts it, whichever party that is.",
                lambda: for_pairing(MEETING, FROM_SFB),
            ),
        ),
    ),
    (
        "What a setting changes",
        (
            Exhibit(
                "difference-meet-now",
                "Meet Now off",
                "AllowPrivateMeetNow false takes the Teams user's ways to a meeting, and no others.",
                lambda: difference(INTEROP, Pairing(MUTE, BEN)),
            ),
            Exhibit(
                "difference-islands",
                "The two readings of Islands",
                "An Islands user on Teams writes to an SfB user: impossible by default, interop as routed.",
                lambda: difference(Pairing(EMIL, BEN), Pairing(EMIL, BEN, islands_interop=IslandsInterop.AS_ROUTED)),
            ),
            Exhibit(
                "difference-client",
                "An old SfB client",
                "The same call with a client from before July 2019.",
                lambda: difference(FROM_SFB, LEGACY, lifecycle="call"),
            ),
        ),
    ),
    (
        BY_EDITION,
        (
            Exhibit(
                "difference-edition-2021-08",
                "SfB Online is gone, in one organisation",
                "The edition of August 2021 against the base: whoever is homed online is TeamsOnly.",
                lambda: editions(BASE, RETIRED),
            ),
            Exhibit(
                "difference-edition-2021-08-federated",
                "SfB Online is gone, between two organisations",
                "The same for organisations that federate.",
                lambda: editions(BASE, RETIRED, scope=Scope.FEDERATED),
            ),
            Exhibit(
                "difference-edition-2022-10",
                "TeamsOnly users without an SfB account",
                "The edition of October 2022 against that of 2021: a meeting in SfB is joined anonymously.",
                lambda: difference(ben_and_anna(RETIRED), ben_and_anna(NOW), lifecycle="meeting"),
            ),
        ),
    ),
    (
        "Every row",
        tuple(
            Exhibit(
                each.name,
                f"{each.label}, every row",
                "With guards, effects, refusals, timers and the signals it ignores.",
                lambda each=each: lifecycle(each),  # type: ignore[misc]  # bound now, not later
            )
            for each in LIFECYCLES.values()
        ),
    ),
    (
        "What was tried",
        (
            Exhibit(
                "coverage-meeting",
                "Rows of the meeting that the two stories use",
                "The same picture shows what a test run or an event log has exercised.",
                lambda: coverage(MEETING, used()),
            ),
        ),
    ),
)


TOTAL = 2 * sum(len(exhibits) for _, exhibits in CHAPTERS) + len(LIFECYCLES) + 4


def files() -> Iterator[tuple[str, bytes]]:
    """Every file of the gallery, TOTAL in all, by name."""
    drawn: dict[str, bytes] = {}
    for _, exhibits in CHAPTERS:
        for exhibit in exhibits:
            picture = exhibit.draw()
            drawn[exhibit.name] = _marked(b"<svg", "<!-- {} -->\n<svg", render(picture, "svg"))
            yield f"{exhibit.name}.svg", drawn[exhibit.name]
            yield (
                f"{exhibit.name}.mmd",
                _marked(b"    direction", "    %% {}\n    direction", render(picture, "mermaid")),
            )
    theirs = {name: _marked(b"<svg", "<!-- {} -->\n<svg", peers.svg(each)) for name, each in LIFECYCLES.items()}
    yield from ((f"peer-{name}.svg", svg) for name, svg in theirs.items())
    compared = {name: (each, drawn[name], theirs[name]) for name, each in LIFECYCLES.items()}
    yield "comparison.md", pages.comparison(compared).encode()
    changes = [(each.name, each.title) for title, exhibits in CHAPTERS for each in exhibits if title == BY_EDITION]
    yield "README.md", pages.index((title, [each[:3] for each in exhibits]) for title, exhibits in CHAPTERS).encode()
    yield "RULES.md", pages.rules().encode()
    yield "editions.md", pages.editions(changes).encode()


def _marked(start: bytes, marked: str, content: bytes) -> bytes:
    return content.replace(start, marked.format(pages.MADE).encode(), 1)


def gallery(out_dir: str | Path, progress: Progress | None = None) -> list[str]:
    """Write the gallery into ``out_dir``, and take away pictures that are no longer in it.

    Returns:
        The names of the files written.

    Raises:
        OSError: a file cannot be written; all are then as they were.
    """
    out = Path(out_dir)
    out.mkdir(parents=True, exist_ok=True)
    made: dict[Path, bytes] = {}
    for name, content in files():
        made[out / name] = content
        if progress is not None:
            progress(len(made), TOTAL, name)
    write_all(made)
    names = [path.name for path in made]
    for left in _left_over(out, names):
        (out / left).unlink()
    return names


def check_gallery(directory: str | Path) -> list[str]:
    """The names of the files in ``directory`` that are missing, differ from what the tables say, or are left over."""
    out = Path(directory)
    wanted = dict(files())
    stale = [
        name for name, content in wanted.items() if not (out / name).is_file() or (out / name).read_bytes() != content
    ]
    return stale + _left_over(out, list(wanted))


def _left_over(out: Path, names: list[str]) -> list[str]:
    ours = (f for pattern in ("*.svg", "*.mmd", "*.md") for f in out.glob(pattern) if f.name not in names)
    return sorted(file.name for file in ours if pages.MADE in file.read_text(encoding="utf-8", errors="replace"))
