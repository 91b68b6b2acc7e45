"""A call service written by hand: JSON Lines in, JSON Lines out, and nothing imported from the specification.

It does calls between a TeamsOnly user and an SfBOnly user of one organisation, either of whom may call. The chat, the
meeting and the call records belong to other services: what this one tells them is among its effects, what they tell
it is among its events.

    {"id": 1, "start": {"originator": {"mode": "TeamsOnly", ...}, "recipient": {...}, ...}}
    {"id": 2, "event": "call_audio", "by": "originator"}
    {"id": 3, "change": {"originator": ...}}

Each line is answered by one with the same id: what became of it, {"unsupported": "..."} for what this service does not
do, or {"error": "..."} for what makes no sense, which changes nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from typing import IO, Any

FAULTS = {
    "keeps-call": "does not end the call once the meeting exists",
    "wrong-banner": "shows the interop banner to the other party",
    "second-hold": "forgets to pause the media the second time a call is held",
    "forgets-policy": "looks at the calling policy of the caller only",
    "late-answer": "connects a call that is over when it is accepted late",
    "dies": "dies when a call on hold is hung up",
    "hangs": "does not answer when media fails while ringing",
}

SHARING = ("teams-windows", "teams-mac", "teams-web")
RING = {"call_audio": "ring_audio", "call_video": "ring_video"}
PARTIES = ("originator", "recipient")
OVER = ("none", "ended")
RINGING = {"ringing": "connected", "ringing_draining": "draining", "ringing_draining_interop": "draining_interop"}
HELD = {"on_hold": "connected", "draining_on_hold": "draining", "draining_interop_on_hold": "draining_interop"}
UP = ("connected", "offered", "escalating", "draining", "draining_interop", *HELD)
PLACED = {"placed": "ringing", "placed_along": "ringing_draining", "placed_across": "ringing_draining_interop"}
REROUTED = ("rerouted_from_teams", "rerouted_from_sfb", "rerouted_across")
SIGNALS = ("meeting_ready", "meeting_failed", "barred", *PLACED, *REROUTED)
MEETINGS = ("share_desktop", "add_participant", "meet_now")


LONGEST = 1 << 20
"""Bytes that a line may have."""
FACTS = {
    "mode": str,
    "client": str,
    "allow_private_calling": bool,
    "allow_user_chat": bool,
    "allow_private_meet_now": bool,
}
"""What a line has to say of a user."""


class Refused(Exception):
    """The event is refused, by a rule or because it does not apply ("")."""


class Unsupported(Exception):
    """This service does not do that."""


class Nonsense(Exception):
    """Nobody can tell what is asked."""


class Call:
    """One call between two people, and what it does to them."""

    def __init__(self, pairing: dict[str, Any], fault: str) -> None:
        self.fault = fault
        self.state, self.owner = "none", ""
        self.holds = 0
        self.effects: list[tuple[str, str]] = []
        self.sits_down(pairing)

    def sits_down(self, pairing: dict[str, Any]) -> None:
        """Take in who the two are."""
        modes = sorted(pairing[party]["mode"] for party in PARTIES)
        if modes != ["SfBOnly", "TeamsOnly"] or pairing["scope"] != "in-tenant" or pairing["topology"] == "on-prem":
            raise Unsupported(f"{' with '.join(modes)}, {pairing['scope']}, {pairing['topology']}")
        self.users = {party: pairing[party] for party in PARTIES}

    # What is known of a user

    def on_teams(self, party: str) -> bool:
        return bool(self.users[party]["mode"] == "TeamsOnly")

    def legacy(self, party: str) -> bool:
        return bool(self.users[party]["client"] == "sfb-legacy")

    def may_call(self, party: str) -> bool:
        return not self.on_teams(party) or bool(self.users[party]["allow_private_calling"])

    def may_be_sent_a_link(self) -> None:
        """The link to a meeting travels by chat."""
        if not all(self.users[party]["allow_user_chat"] for party in PARTIES if self.on_teams(party)):
            raise Refused("POL-1")

    def may_share(self, party: str) -> None:
        """Sharing out of a call takes a meeting on the sharer's platform."""
        self.may_be_sent_a_link()
        user = self.users[party]
        if self.on_teams(party):
            if user["client"] not in SHARING:
                raise Refused("TMS-3")
            if not user["allow_private_meet_now"]:
                raise Refused("TMS-11")
        elif self.legacy(party):
            raise Refused("SFB-1")

    # What it does

    def tell(self, effect: str, *to: str) -> None:
        self.effects += ((effect, each) for each in to)

    def go(self, state: str, owner: str = "") -> None:
        self.state, self.owner = state, owner

    def end(self, *told: str, told_of: str, by: str) -> None:
        """The call is over: whoever is told sees it end, and the call records learn how it ended."""
        if self.state == "offered":
            self.effects.insert(0, ("close_menu", self.owner))
        self.tell("end_call", *told)
        self.tell(f"terminated_call.{told_of}", by)
        self.go("ended")

    def fire(self, event: str, by: str) -> None:
        """Let somebody do something.

        Raises:
            Refused: it cannot be done.
        """
        self.effects = []
        if event in SIGNALS:
            self.hears(event, by)
        elif by == "service":
            self.happens(event)
        elif event in RING and self.state in OVER:
            self.place(event, by)
        elif self.state in RINGING:
            self.rings(event, by)
        elif self.state == "with_service":
            self.is_served(event, by)
        elif self.state in UP:
            self.talks(event, by, other(by))
        elif event == "accept_call" and self.state == "ended" and self.fault == "late-answer":
            self.answer()
        else:
            raise Refused("")

    def place(self, event: str, caller: str) -> None:
        callee = other(caller)
        asked = [caller] if self.fault == "forgets-policy" else PARTIES
        if not all(self.may_call(party) for party in asked):
            raise Refused("POL-2")
        self.tell(RING[event], callee)
        self.tell("open_interop_window", *(p for p in PARTIES if not self.on_teams(p) and not self.legacy(p)))
        self.tell("terminated_call.call_placed", caller)
        self.holds = 0
        self.go("ringing", caller)

    def rings(self, event: str, by: str) -> None:
        if event in MEETINGS:
            raise Refused("DEC-14")
        if event not in ("accept_call", "decline_call", "cancel_call"):
            raise Refused("")
        if (by == self.owner) is not (event == "cancel_call"):
            raise Refused("DEC-34")
        if event == "accept_call":
            self.answer()
        else:
            self.tell("stop_ringing", *PARTIES)
            self.tell("terminated_call.call_missed" if by == self.owner else "terminated_call.call_ended", by)
            self.go("ended")

    def is_served(self, event: str, by: str) -> None:
        """The caller is in a call with a voice service."""
        if event in (*MEETINGS, "add_video", "hold"):
            raise Refused("DEC-36")
        if event != "hang_up":
            raise Refused("")
        if by != self.owner:
            raise Refused("SFB-3")
        self.tell("terminated_call.call_taken", by)
        self.go("ended")

    def answer(self) -> None:
        if not all(self.may_call(party) for party in PARTIES):
            raise Refused("POL-2")
        self.tell("stop_ringing", *PARTIES)
        self.tell("connect_media", *PARTIES)
        to = RINGING.get(self.state, "connected")
        if to != "connected":
            self.go(to)
            return
        self.tell("show_business_bar", *(party for party in PARTIES if self.legacy(party)))
        told = [party for party in PARTIES if self.on_teams(party)]
        if self.fault == "wrong-banner":
            told = [other(party) for party in told]
        self.tell("show_interop_banner", *told)
        self.go("connected")

    def talks(self, event: str, by: str, peer: str) -> None:
        if event == "hang_up":
            if self.fault == "dies" and self.state in HELD:
                os._exit(3)
            self.end(peer, told_of="call_ended", by=by)
        elif event == "resume" and self.state in HELD:
            if by != self.owner:
                raise Refused("DEC-34")
            self.tell("resume_media", peer)
            self.go(HELD[self.state])
        elif event == "hold" and self.state not in HELD:
            self.hold(by, peer)
        elif event == "add_video" and self.state in ("connected", "offered", "escalating"):
            self.tell("show_video", peer)
        elif event in (*MEETINGS, "add_video"):
            self.escalate(event, by)
        elif self.state == "offered":
            self.choose(event, by, peer)
        else:
            raise Refused("")

    def hold(self, by: str, peer: str) -> None:
        if self.state == "escalating":
            raise Refused("DEC-31")
        if self.state == "offered":
            self.tell("close_menu", self.owner)
        self.holds += 1
        if self.fault != "second-hold" or self.holds != 2:
            self.tell("pause_media", peer)
        self.go(f"{self.state}_on_hold" if self.state.startswith("draining") else "on_hold", by)

    def escalate(self, event: str, by: str) -> None:
        if self.state == "on_hold":
            raise Refused("DEC-14")
        if self.state.startswith("draining"):
            raise Refused("DEC-9")
        if self.state != "connected":
            raise Refused("")
        if event == "meet_now":
            self.may_be_sent_a_link()
            if self.on_teams(by) and not self.users[by]["allow_private_meet_now"]:
                raise Refused("TMS-11")
            self.tell("meeting.start", by)
            self.go("escalating", by)
            return
        if event == "add_participant" and self.on_teams(by):
            self.may_be_sent_a_link()
            raise Refused("LIM-5")
        self.may_share(by)
        self.tell("open_meeting_menu" if self.on_teams(by) else "announce_meeting", by)
        self.tell("warn_call_will_end", by)
        self.go("offered", by)

    def choose(self, event: str, by: str, peer: str) -> None:
        """The initiator has the choice of a meeting before them."""
        if event not in ("accept_meeting", "decline_meeting", "warn_peer"):
            raise Refused("")
        if by != self.owner:
            raise Refused("TMS-7" if event == "warn_peer" else "DEC-26")
        if event == "warn_peer":
            if not self.on_teams(by):
                raise Refused("DEC-30")
            self.tell("warn_meeting_coming", peer)
        elif event == "accept_meeting":
            self.may_share(by)
            self.tell("meeting.start", by)
            self.go("escalating", by)
        else:
            self.tell("close_menu", by)
            self.go("connected")

    def happens(self, event: str) -> None:
        """Something that no user does."""
        if self.state == "with_service" and event in ("service_hung_up", "media_failed"):
            self.tell("end_call" if event == "service_hung_up" else "report_failure", self.owner)
            self.tell("terminated_call.call_taken", self.owner)
            self.go("ended")
        elif event == "media_failed" and self.state not in OVER:
            if self.fault == "hangs" and self.state == "ringing":
                time.sleep(3600)
            self.break_off()
        elif event == "no_answer" and self.state in RINGING:
            self.tell("stop_ringing", *PARTIES)
            self.tell("terminated_call.call_missed", self.owner)
            self.go("ended")
        elif event in SERVICES and self.state in RINGING:
            self.tell("stop_ringing", *PARTIES)
            self.tell(SERVICES[event], self.owner)
            self.tell("show_business_bar", *([self.owner] if self.legacy(self.owner) else []))
            self.go("with_service", self.owner)
        else:
            raise Refused("")

    def break_off(self) -> None:
        """The call fails."""
        if self.state in RINGING:
            self.tell("stop_ringing", *PARTIES)
        if self.state == "offered":
            self.tell("close_menu", self.owner)
        self.tell("report_failure", *PARTIES)
        self.tell("terminated_call.call_failed", "service")
        self.go("ended")

    def hears(self, signal: str, by: str) -> None:
        """What the other services say."""
        if signal in PLACED:
            if self.state not in OVER or by == "service":
                raise Refused("")
            self.tell("terminated_call.call_placed", by)
            self.holds = 0
            self.go(PLACED[signal], by)
        elif self.state in OVER:
            return
        elif self.state == "with_service":
            if signal.startswith("meeting"):
                raise Refused("")
        elif signal == "barred":
            self.bar(by)
        elif signal in REROUTED:
            self.reroute(signal, by)
        elif signal == "meeting_failed" and self.state.startswith("draining_interop"):
            return
        elif by == "service":
            raise Refused("")
        elif signal == "meeting_ready" and (self.state == "escalating" or self.state.startswith("draining_interop")):
            if self.fault != "keeps-call":
                self.end(*PARTIES, told_of="call_superseded", by=by)
        elif signal == "meeting_failed" and self.state == "escalating":
            self.go("connected")
        else:
            raise Refused("")

    def bar(self, by: str) -> None:
        """Something bars the two from each other across platforms."""
        if self.state in ("offered", "escalating") or ("draining" in self.state and by != "service"):
            raise Refused("")
        if "draining_interop" in self.state:
            self.break_off()

    def reroute(self, signal: str, by: str) -> None:
        if "draining" in self.state:
            return
        across = signal == "rerouted_across"
        if (by != "service" and not across) or (self.state in ("offered", "escalating") and not across):
            raise Refused("")
        if self.state == "ringing":
            self.break_off()
            return
        if self.state == "offered":
            self.tell("close_menu", self.owner)
        held = self.state == "on_hold"
        self.go(f"draining{'_interop' if across else ''}{'_on_hold' if held else ''}", self.owner if held else "")


SERVICES = {"voicemail_answered": "connect_voicemail", "voice_service_answered": "connect_voice_service"}


def other(party: str) -> str:
    return PARTIES[party == "originator"]


def word(of: Any, name: str, accepted: tuple[str, ...] = ()) -> str:
    """A word of an object."""
    value = of.get(name) if isinstance(of, dict) else None
    if not isinstance(value, str) or (accepted and value not in accepted):
        raise Nonsense(f"{name}: is missing or not accepted; give {' or '.join(accepted) or 'a word'}")
    return value


def two(pairing: Any) -> dict[str, Any]:
    """A pairing of which all is said that is looked at."""
    for name in ("scope", "topology"):
        word(pairing, name)
    for party in PARTIES:
        user = pairing.get(party)
        for name, kind in FACTS.items():
            if not isinstance(user, dict) or type(user.get(name)) is not kind:
                raise Nonsense(f"{party}.{name}: is missing or not accepted; give a {kind.__name__}")
    return dict(pairing)


def asked(raw: bytes) -> dict[str, Any]:
    """What a line asks."""
    if len(raw) > LONGEST:
        raise Nonsense(f"the line: is longer than {LONGEST} bytes")
    try:
        line = json.loads(raw)
    except (ValueError, RecursionError):
        raise Nonsense("the line: is no JSON") from None
    if not isinstance(line, dict):
        raise Nonsense("the line: is no object")
    return line


def lines(file: IO[bytes]) -> Iterator[bytes]:
    """The lines of a file, cut where they are too long."""
    while raw := file.readline(LONGEST + 1):
        yield raw
        while len(raw) > LONGEST and not raw.endswith(b"\n"):
            raw = file.readline(LONGEST + 1)


def answer(call: Call | None, line: dict[str, Any], fault: str) -> tuple[Call | None, dict[str, Any]]:
    """The call after a line, and what is said to it."""
    if "start" in line:
        return Call(two(line["start"]), fault), {}
    if call is None:
        raise Unsupported("an event before the start")
    ringing, effects = call.state in RINGING, []
    said: dict[str, Any] = {"accepted": True}
    try:
        if "change" in line:
            call.sits_down(two(line["change"]))
        else:
            call.fire(word(line, "event"), word(line, "by", (*PARTIES, "service")))
            effects = call.effects
    except Refused as refused:
        said = {"accepted": False, "rule": str(refused)}
    rings = call.state in RINGING
    return call, said | {
        "state": {"call": call.state},
        "owners": {"call": call.owner} if call.owner else {},
        "effects": effects,
        "timers": [[["no_answer", 30]] if rings > ringing else [], ["no_answer"] if ringing > rings else []],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fault", choices=FAULTS, default="", help="; ".join(f"{k}: {v}" for k, v in FAULTS.items()))
    fault = parser.parse_args().fault
    call = None
    for raw in lines(sys.stdin.buffer):
        number = None
        try:
            line = asked(raw)
            number = line.get("id")
            call, said = answer(call, line, fault)
        except Unsupported as unsupported:
            said = {"unsupported": str(unsupported)}
        except Nonsense as nonsense:
            said = {"error": str(nonsense)}
        print(json.dumps({"id": number, **said}), flush=True)


if __name__ == "__main__":
    main()
