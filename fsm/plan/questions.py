"""What two people can do with each other: questions, each answered by playing the tables, from worst to best.

An answer is about an ordered pair: what the one who starts can do with the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from fsm.engine.conversation import Conversation
from fsm.engine.outcome import Outcome, Refusal
from fsm.notation import Party
from fsm.notation.composition import guards_of
from fsm.spec.conversation import CONVERSATION
from fsm.spec.parties import Pairing
from fsm.spec.routing import PRESENCE_RULES, Route, presence, route, views

if TYPE_CHECKING:
    from fsm.spec.names import Event


Way: TypeAlias = Literal["lost", "gained", "different"]


class Answer(NamedTuple):
    """What comes of a question for two people.

    Args:
        value: one of the question's values.
        rule: the rule that refuses it, or the first that lets it be; empty where the question does not arise.
        because: what refuses it, in words; empty where nothing does.
        instead: what would help, in words; empty where nothing is known to, or nothing has to.
        guard: the guard that stands behind it, if one does.
        about: whose fact that guard looks at; empty if there is none.
    """

    value: str
    rule: str = ""
    because: str = ""
    instead: str = ""
    guard: str = ""
    about: str = ""


class Question(NamedTuple):
    """Something that two people can do with each other, or see of each other.

    Args:
        name: what columns of reports call it.
        says: what it is, in words to follow a name.
        values: every value of an answer, from worst to best where ``ranked``.
        ranked: whether one value is better than another.
        ask: the answer for a pairing, given where it lands.
        play: the events that ask it, by the originator, from the start: what a story of it plays.
    """

    name: str
    says: str
    values: tuple[str, ...]
    ranked: bool
    ask: Callable[[Pairing, Route], Answer]
    play: tuple[Event, ...] = ()

    def way(self, was: str, now: str) -> Way:
        """What a value that becomes another is: lost, gained, or neither better nor worse."""
        if not self.ranked:
            return "different"
        return "lost" if self.values.index(now) < self.values.index(was) else "gained"


NONE, PLAIN, FULL = "none", "plain text", "full"
NO, BY_MEETING, YES = "no", "by a meeting", "yes"
NOT_ASKED, ANONYMOUSLY, BY_NAME = "-", "anonymously", "by name"
GUARDS = {each.name: each for each in guards_of(CONVERSATION)}
ACCOUNTS = {"ESC-6": "has_teams_account", "ESC-7": "has_sfb_client"}
"""The account that one joins a meeting with, by the rule that says how it is joined."""
PLACES = {"join_anonymous": ANONYMOUSLY, "join_authenticated": BY_NAME}
"""How one is in a meeting, by the effect that says so."""
TO_A_MEETING: tuple[tuple[Event, Party], ...] = (("meeting_created", Party.SERVICE), ("link_delivered", Party.SERVICE))
"""What happens between accepting a meeting and joining it."""
ESCALATING = frozenset(
    name for name, each in CONVERSATION.lifecycles["chat"].states.items() if each.group == "escalating"
)
"""States of a chat in which a meeting is being made."""


def opened(pairing: Pairing) -> Conversation | Refusal:
    """The conversation of two people once its chat is open; why it cannot be opened where it cannot."""
    talk = Conversation(pairing)
    refusal = talk.why_not("open_chat", Party.ORIGINATOR)
    if refusal is None:
        talk.fire("open_chat", Party.ORIGINATOR)
    return refusal or talk


def _refused(value: str, why: Refusal) -> Answer:
    about = next((each.about for each in why.reasons if each.guard == why.guard), "") if why.guard else ""
    return Answer(value, why.rule or "", why.message, why.instead, why.guard or "", about)


def _let(value: str, outcome: Outcome) -> Answer:
    return Answer(value, outcome.rules[0] if outcome.rules else "")


def _chat(pairing: Pairing, _: Route) -> Answer:
    talk = opened(pairing)
    if isinstance(talk, Refusal):
        return _refused(NONE, talk)
    rich = talk.why_not("send_rich_text", Party.ORIGINATOR)
    if rich is None:
        return _let(FULL, talk.fire("send_rich_text", Party.ORIGINATOR))
    talk.fire("send_text", Party.ORIGINATOR)
    return _refused(PLAIN, rich)


def _called(event: Event) -> Callable[[Pairing, Route], Answer]:
    def ask(pairing: Pairing, _: Route) -> Answer:
        talk = Conversation(pairing)
        why = talk.why_not(event, Party.ORIGINATOR)
        return _refused(NO, why) if why else _let(YES, talk.fire(event, Party.ORIGINATOR))

    return ask


def _done_in_chat(event: Event) -> Callable[[Pairing, Route], Answer]:
    def ask(pairing: Pairing, _: Route) -> Answer:
        talk = opened(pairing)
        if isinstance(talk, Refusal):
            return _refused(NO, talk)
        why = talk.why_not(event, Party.ORIGINATOR)
        if why is not None:
            return _refused(NO, why)
        done = talk.fire(event, Party.ORIGINATOR)
        if talk.state["chat"] not in ESCALATING:
            return _let(YES, done)
        why = talk.why_not("accept_meeting", Party.ORIGINATOR)
        return _refused(NO, why) if why else _let(BY_MEETING, done)

    return ask


def _joins(pairing: Pairing, _: Route) -> Answer:
    talk = opened(pairing)
    if isinstance(talk, Refusal) or not talk.may("share_desktop", Party.ORIGINATOR):
        return Answer(NOT_ASKED)
    talk.fire("share_desktop", Party.ORIGINATOR)
    if not talk.may("accept_meeting", Party.ORIGINATOR):
        return Answer(NOT_ASKED)
    talk.fire("accept_meeting", Party.ORIGINATOR)
    for event, by in TO_A_MEETING:
        talk.fire(event, by)
    done = talk.fire("join_meeting", Party.RECIPIENT)
    found = next(PLACES[each.name] for each in done.effects if each.name in PLACES)
    rule = next(each for each in done.rules if each in ACCOUNTS)
    guard = GUARDS[ACCOUNTS[rule]]
    if guard.test(views(pairing)[1]):
        return Answer(found, rule)
    return Answer(found, rule, f"the recipient {guard.otherwise}", "", guard.name, Party.RECIPIENT.value)


def _shows(pairing: Pairing, at: Route) -> Answer:
    shown = presence(pairing.recipient, at.originator_on, pairing.scope)
    return Answer(shown.value, PRESENCE_RULES[pairing.recipient.mode.platform])


def _lands(_: Pairing, at: Route) -> Answer:
    why = at.refusal
    return Answer(at.kind.value, *((why.rule, why.message, why.instead) if why else (at.rules[0],)))


QUESTIONS: tuple[Question, ...] = (
    Question(
        "route",
        "what the conversation is",
        ("impossible", "skype", "interop-federated", "interop", "native-federated", "native"),
        False,
        _lands,
        ("open_chat",),
    ),
    Question("chat", "chat", (NONE, PLAIN, FULL), True, _chat, ("open_chat", "send_rich_text")),
    Question("files", "sending files", (NO, YES), True, _done_in_chat("send_file"), ("open_chat", "send_file")),
    Question("voice", "voice calls", (NO, YES), True, _called("call_audio"), ("call_audio",)),
    Question("video", "video calls", (NO, YES), True, _called("call_video"), ("call_video",)),
    Question(
        "sharing",
        "sharing the desktop",
        (NO, BY_MEETING, YES),
        True,
        _done_in_chat("share_desktop"),
        ("open_chat", "share_desktop", "accept_meeting"),
    ),
    Question(
        "group",
        "adding a third person",
        (NO, BY_MEETING, YES),
        True,
        _done_in_chat("add_participant"),
        ("open_chat", "add_participant", "accept_meeting"),
    ),
    Question(
        "joining",
        "how the other joins the meeting",
        (NOT_ASKED, ANONYMOUSLY, BY_NAME),
        False,
        _joins,
        ("open_chat", "share_desktop", "accept_meeting"),
    ),
    Question("presence", "whose presence the other shows", ("sfb", "teams"), False, _shows),
)
"""Every question, in the order of reports."""
NAMES: tuple[str, ...] = tuple(each.name for each in QUESTIONS)
RANKED: tuple[str, ...] = tuple(each.name for each in QUESTIONS if each.ranked)
CALLED = {each.name: each for each in QUESTIONS}
"""Every question by its name."""


def answers(pairing: Pairing, asked: Sequence[Question] = QUESTIONS) -> Mapping[str, Answer]:
    """What the originator can do with the recipient, by question.

    Raises:
        ValueError: it is no pairing of users.
    """
    at: Any = route(pairing)
    return {each.name: each.ask(pairing, at) for each in asked}
