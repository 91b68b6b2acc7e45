"""What is on the screen, to the letter: these are written by hand, and no command writes them anew."""

from __future__ import annotations

import json
from textwrap import dedent

import pytest

from .conftest import Fsm


def shows(text: str) -> str:
    """A screen without the indentation that it has here."""
    return dedent(text).lstrip("\n")


WHO = ("TeamsOnly,address=ann@x.org", "SfBOnly,address=bob@x.org")
ROUTED = """
    ✓ interop: ann → bob
        originator  TeamsOnly · on Teams · teams-windows · SfB homed online
        recipient   SfBOnly · on SfB · sfb-current · SfB homed online
        scope       in-tenant, SfB hybrid
        rules       INT-1 INT-2 INT-4 RTE-7
"""


def test_a_route(fsm: Fsm) -> None:
    assert fsm("route", *WHO).out == shows(ROUTED)
    assert fsm("route", "TeamsOnly,allow_user_chat=false", "TeamsOnly,address=a@x.org", "--scope", "federated").out == (
        shows("""
            ✓ native-federated: a → a@x.org
                originator  TeamsOnly · on Teams · teams-windows · SfB homed online ·
                            allow_user_chat false
                recipient   TeamsOnly · on Teams · teams-windows · SfB homed online
                scope       federated
                rules       RTE-7 RTE-2
        """)
    )


def test_no_route(fsm: Fsm) -> None:
    assert fsm("route", "Islands", "Islands", "--scope", "federated", "--no-federation").out == shows("""
        ✗ impossible: a → b
            originator  Islands · on Teams · teams-windows · SfB homed online
            recipient   Islands · out of reach · teams-windows · SfB homed online
            scope       federated
            because     two organisations; the organisations do not both allow
                        federation. Federation takes the consent of both organisations.
            instead     both organisations allow each other's domain, and then the
                        originator uses SfB, or an admin moves the originator to an SfB
                        mode
            rules       RTE-9
    """)


def test_presence(fsm: Fsm) -> None:
    assert fsm("presence", "TeamsOnly", "--seen-by", "SfBOnly").out == shows("""
        a     shows Teams presence
        to    b on SfB, in-tenant
        rule  PRS-1: A TeamsOnly user shows Teams presence to everyone.
    """)


def test_an_outcome(fsm: Fsm) -> None:
    standing = ("--in", "call=on_hold:originator", "--between", "TeamsOnly", "TeamsOnly")
    assert fsm("explain", "resume", "--by", "originator", *standing).out == shows("""
        ✓ native: a → b
            originator  TeamsOnly · on Teams · teams-windows · SfB homed online
            recipient   TeamsOnly · on Teams · teams-windows · SfB homed online
            scope       in-tenant, SfB hybrid
            rules       RTE-7 RTE-2 RTE-4 RTE-6

            chat             none: No thread yet
            call             on_hold:a: One has put the other on hold
            meeting          none: No meeting
            terminated call  none: No call has ended, or the latest has not

            a (on Teams)                         │ b (on Teams)

        ✓ resume by a
                                                 │ · hears the other again
            states  call on_hold → connected
            rows    call.on_hold.resume.1
            rules   DEC-34 NAT-2
    """)


def test_a_refusal_with_every_row_that_was_tried(fsm: Fsm) -> None:
    standing = ("--in", "call=ringing:originator", "--between", *WHO)
    assert fsm("explain", "accept_call", "--by", "originator", *standing).out == shows(ROUTED) + "\n" + shows("""
            chat             none: No thread yet
            call             ringing:ann: The caller waits for an answer
            meeting          none: No meeting
            terminated call  none: No call has ended, or the latest has not

            ann (on Teams)                       │ bob (on SfB)

        ✗ accept_call by ann
            kind     not yours: the rows for it here are for others
            because  only the other party (recipient) may fire it.
            rule     DEC-34: Only the callee answers or declines, the caller cancels and
                     the holder resumes: the call remembers them.
            instead  accept_call by the recipient

            ✗ row call.ringing.accept_call.1
              because  only the other party (recipient) may fire it
              rule     DEC-34: Only the callee answers or declines, the caller cancels
                       and the holder resumes: the call remembers them.

            ✗ row call.ringing.accept_call.2
              because  only the other party (recipient) may fire it
              rule     DEC-34: Only the callee answers or declines, the caller cancels
                       and the holder resumes: the call remembers them.
    """)


def test_a_run(fsm: Fsm) -> None:
    moves = [
        {"event": "call_audio", "by": "originator"},
        {"event": "hang_up", "by": "recipient"},
        {"change": {"recipient": {"mode": "TeamsOnly"}}},
        {"event": "call_video", "by": "ann@x.org"},
    ]
    answer = fsm("run", "-", "--between", *WHO, stdin="\n".join(map(json.dumps, moves)))
    assert answer.out == shows(ROUTED) + "\n" + shows("""
            ann (on Teams)                       │ bob (on SfB)

         1 ✓ call_audio by ann
                                                 │ · is rung for a voice call
                                                 │ · gets the interop window from the
                                                 │   start
            states  call none → ringing:ann
            timers  no_answer in 30 s
            rules   INT-5 NAT-1 NAT-2 NAT-7 NAT-8 SFB-4 NAT-6

         2 ✗ hang_up by bob
            kind     not applicable: there is no row for it here
            because  the call is in state ringing.
            instead  open_chat or accept_call or decline_call

         3 ✓ change recipient.mode SfBOnly to TeamsOnly, recipient.client sfb-current
             to teams-windows
            · stops ringing                      │ · stops ringing
            · is told that the call failed       │ · is told that the call failed
            states  call ringing → ended; terminated call none → failed
            timers  no_answer cancelled
            rules   DEC-25 DEC-27 NAT-2

            ann (on Teams)                       │ bob (on Teams)

         4 ✓ call_video by ann
                                                 │ · is rung for a video call
            states  call ended → ringing:ann; terminated call failed → called_back
            timers  no_answer in 30 s
            rules   RTE-1 RTE-7 NAT-7 DEC-28

        3 accepted, 1 refused. Now:
            chat             none: No thread yet
            call             ringing:ann: The caller waits for an answer
            meeting          none: No meeting
            terminated call  called_back: Followed by a call back
    """)


def test_a_matrix(fsm: Fsm) -> None:
    assert fsm("matrix").out == shows("""
        from \\ to          Islands    SfBOnly     SfB+Col     SfB+ColMtg   TeamsOnly
        ────────────────────────────────────────────────────────────────────────────
        Islands on Teams   native ↔   ✗ INT-4     ✗ INT-4     ✗ INT-4      native ↔
        Islands on SfB     skype ↔    skype ↔     skype ↔     skype ↔      ✗ INT-4
        SfBOnly            skype ↔    skype ↔     skype ↔     skype ↔      interop ↔
        SfB+Col            skype ↔    skype ↔     skype ↔     skype ↔      interop ↔
        SfB+ColMtg         skype ↔    skype ↔     skype ↔     skype ↔      interop ↔
        TeamsOnly          native ↔   interop ↔   interop ↔   interop ↔    native ↔

        native      both on Teams
        interop     one on Teams, one on SfB
        skype       both on SfB
        ✗           impossible, by the rule named
        INT-4       TeamsOnly and the three SfB modes interoperate; nobody in Islands
                    mode does (but see ISL-1).
        ↔           both can share their desktop: natively on one platform, else by a
                    meeting
        SfB+Col     SfBWithTeamsCollab
        SfB+ColMtg  SfBWithTeamsCollabAndMeetings
    """)


def test_a_replay(fsm: Fsm) -> None:
    rows = [
        {"conversation": "a", "event": "call_audio", "by": "originator"},
        {"conversation": "a", "event": "accept_call", "by": "originator"},
        {"conversation": "b", "event": "call_audio", "by": "originator"},
    ]
    answer = fsm("replay", "-", "--between", *WHO, stdin="\n".join(map(json.dumps, rows)))
    head, _, rest = answer.out.partition("rows used")
    assert head == shows("""
        conversations  2
        events         3
        follow         1: b
        depart         1
    """)
    assert rest.partition("\n\n")[2] == shows("""
        rule     says                                                         departures
        ────────────────────────────────────────────────────────────────────────────────
        DEC-34   Only the callee answers or declines, the caller cancels               1
                 and the holder resumes: the call remembers them.

        stdin:2: ✗ accept_call by originator
            conversation  a
            the log says  accepted
            expected      not theirs to fire by DEC-34
            because       only the other party (recipient) may fire it.
            instead       accept_call by the recipient
            rules         DEC-34
    """)


@pytest.mark.parametrize("name", ["[red]b[/red]@x.org", ":smile:@x.org", "1.5@x.org", "[b@x.org"])
def test_what_users_are_called_is_shown_as_it_is(fsm: Fsm, name: str) -> None:
    assert fsm("route", f"TeamsOnly,address={name}", "SfBOnly").out.startswith(
        f"✓ interop: {name.partition('@')[0]} → b\n"
    )
    coloured = fsm(
        "route", f"TeamsOnly,address={name}", "SfBOnly", FORCE_COLOR="1", NO_COLOR=None, TERM="xterm-256color"
    )
    assert f" interop: {name.partition('@')[0]} → b" in coloured.out
