"""Commands that answer a question about two users: route, presence, explain."""

from __future__ import annotations

import pytest

import fsm as library
from fsm import tenant
from fsm.engine import known

from .conftest import ADELE, GRADY, PRADEEP, Fsm


class TestRoute:
    """Where a conversation lands."""

    @pytest.mark.parametrize(
        ("arguments", "kind", "status"),
        [
            ((ADELE, GRADY), "interop", 0),
            (("TeamsOnly", "TeamsOnly"), "native", 0),
            (("SfBOnly", "SfBWithTeamsCollab"), "skype", 0),
            (("TeamsOnly", "SfBOnly", "--topology", "on-prem"), "impossible", 1),
            (("TeamsOnly", "SfBOnly", "--scope", "federated"), "interop-federated", 0),
            (("TeamsOnly", "SfBOnly", "--scope", "federated", "--no-federation"), "impossible", 1),
            (("TeamsOnly", "TeamsOnly", "--scope", "federated", "--other-cloud"), "interop-federated", 0),
            (("Islands", "SfBOnly"), "impossible", 1),
            (("Islands", "SfBOnly", "--islands", "as-routed"), "interop", 0),
        ],
    )
    def test_kind_and_status(self, fsm: Fsm, arguments: tuple[str, ...], kind: str, status: int) -> None:
        told = fsm("route", *arguments, "--json")
        assert (told.status, told.data["route"]["kind"]) == (status, kind)
        assert (told.data["route"]["refusal"] is not None) == bool(status)
        text = fsm("route", *arguments)
        assert text.status == status
        assert text.out.startswith(f"{'✗' if status else '✓'} {kind}: ")

    def test_says_who_is_on_what(self, fsm: Fsm) -> None:
        words = fsm("route", PRADEEP, GRADY).words
        assert "originator TeamsOnly on Teams teams-windows SfB homed online allow_private_meet_now false" in words
        assert "recipient SfBOnly on SfB sfb-current SfB homed on-prem scope in-tenant, SfB hybrid" in words

    def test_advises_nothing_that_does_not_help(self, fsm: Fsm) -> None:
        words = fsm("route", "Islands", "TeamsOnly", "--scope", "federated").words
        assert "instead an admin moves the originator out of Islands mode rules INT-4" in words
        assert fsm("route", "SfBOnly", "TeamsOnly", "--scope", "federated").status == 0

    @pytest.mark.parametrize("flag", ["allow_private_meet_now", "allow_user_chat", "allow_private_calling"])
    def test_says_what_a_policy_forbids(self, fsm: Fsm, flag: str) -> None:
        words = fsm("route", f"TeamsOnly,{flag}=false", "SfBOnly").words
        assert f"SfB homed online {flag} false recipient" in words
        assert words.count(" false") == 1

    def test_says_why_not_and_what_would_help(self, fsm: Fsm) -> None:
        nestor, contoso = "nestor.wilke@contoso.com", tenant.contoso()
        why = library.route(library.Pairing(contoso[nestor], contoso[GRADY])).refusal
        assert why
        assert f"because {why.message} instead {why.instead}" in fsm("route", nestor, GRADY).words

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            (("--scope", "galactic"), ["galactic", "in-tenant", "federated"]),
            (("--other-cloud",), ["same_cloud: False does not fit scope in-tenant"]),
            (("--topology", "online"), ["topology: online does not fit recipient homed on-prem"]),
            (("--speed", "9"), ["--speed"]),
        ],
    )
    def test_surroundings_that_are_not_accepted(self, fsm: Fsm, arguments: tuple[str, ...], says: list[str]) -> None:
        answer = fsm("route", ADELE, GRADY, *arguments)
        assert (answer.status, answer.out) == (2, "")
        assert [words for words in says if words not in answer.err] == []

    def test_takes_two(self, fsm: Fsm) -> None:
        assert fsm("route", ADELE).status == 2


class TestEdition:
    """Users at a date, who have to exist."""

    @pytest.mark.rules("ED-2", "ED-3")
    @pytest.mark.parametrize("command", ["route", "presence"])
    @pytest.mark.parametrize(
        ("who", "says"),
        [
            (
                "SfBOnly,homing=online",
                ["mode: SfBOnly does not fit edition 2022-10", "(ED-2)", "home the user on-prem"],
            ),
            ("TeamsOnly,has_sfb_client=true", ["has_sfb_client: True does not fit", "(ED-3)", "use false"]),
            ("ann@x,mode=Islands,homing=online", ["mode: Islands does not fit", "(ED-2)"]),
            (f"{GRADY},homing=online", ["mode: SfBOnly does not fit edition 2022-10", "(ED-2)"]),
        ],
    )
    def test_of_those_who_do_not_exist(self, fsm: Fsm, command: str, who: str, says: list[str]) -> None:
        other = ("TeamsOnly",) if command == "route" else ("--seen-by", "TeamsOnly")
        answer = fsm(command, who, *other, "--edition", "2022-10")
        assert (answer.status, answer.out) == (2, "")
        assert [words for words in (f"Error: {who!r}: ", *says) if words not in answer.err] == []
        assert fsm(command, who, *other, "--edition", "base").status == 0
        assert fsm(command, who, *other).status == 0, "without an edition, whoever there ever was"

    @pytest.mark.rules("ED-4")
    @pytest.mark.parametrize(
        ("edition", "homing", "has_sfb_client"),
        [((), "online", True), (("--edition", "base"), "online", True), (("--edition", "2022-10"), "on-prem", False)],
    )
    def test_fills_in_what_is_not_said(
        self, fsm: Fsm, edition: tuple[str, ...], homing: str, has_sfb_client: bool
    ) -> None:
        told = fsm("route", "TeamsOnly", "SfBOnly", *edition, "--json").data
        assert told["route"]["kind"] == "interop"
        assert told["pairing"]["originator"]["has_sfb_client"] is has_sfb_client
        assert told["pairing"]["recipient"]["homing"] == homing

    @pytest.mark.rules("ED-1", "ED-3")
    @pytest.mark.parametrize(("edition", "has"), [((), False), (("--edition", "2021-08"), True)])
    def test_is_what_the_bundled_exports_are_read_as_of(self, fsm: Fsm, edition: tuple[str, ...], has: bool) -> None:
        told = fsm("route", "megan.bowen@contoso.com", GRADY, *edition, "--json").data
        assert told["pairing"]["originator"]["has_sfb_client"] is has

    @pytest.mark.rules("ED-2")
    def test_holds_of_what_becomes_of_users_in_a_log(self, fsm: Fsm) -> None:
        line = '{"change": {"recipient": {"homing": "online"}}}'
        between = ("--between", "TeamsOnly", "SfBOnly")
        answer = fsm("run", "-", *between, "--edition", "2021-08", stdin=line)
        assert (answer.status, answer.out) == (2, "")
        assert answer.err.startswith("Error: stdin:1: recipient.mode: SfBOnly does not fit edition 2021-08")
        assert fsm("run", "-", *between, stdin=line).status == 0


class TestPresence:
    """Whose presence is shown."""

    @pytest.mark.parametrize(
        ("who", "watcher", "shows", "rule"),
        [
            ("TeamsOnly", "SfBOnly", "teams", "PRS-1"),
            ("SfBWithTeamsCollabAndMeetings", "TeamsOnly", "sfb", "PRS-2"),
            ("Islands", "SfBOnly", "sfb", "PRS-3"),
            ("Islands", "TeamsOnly", "teams", "PRS-3"),
        ],
    )
    def test_it_and_its_rule(self, fsm: Fsm, who: str, watcher: str, shows: str, rule: str) -> None:
        told = fsm("presence", who, "--seen-by", watcher, "--json").data
        assert (told["presence"], told["rule"]) == (shows, rule)

    def test_a_federated_watcher_sees_sfb_of_islands(self, fsm: Fsm) -> None:
        arguments = ("presence", "Islands", "--seen-by", "TeamsOnly", "--scope", "federated")
        assert fsm(*arguments, "--json").data["presence"] == "sfb"
        assert fsm(*arguments).words.startswith("a shows SfB presence to b on Teams, federated rule PRS-3: ")


class TestExplain:
    """What an event comes to in a state."""

    def test_an_outcome_names_its_rows(self, fsm: Fsm) -> None:
        told = fsm("explain", "accept_call", "--by", "recipient", "--in", "call=ringing:originator", "--json")
        assert told.status == 0
        assert told.data["rows"] == ["call.ringing.accept_call.2"]
        assert told.data["state"]["call"] == "connected"
        text = fsm("explain", "accept_call", "--by", "recipient", "--in", "call=ringing:originator").words
        assert "call ringing:a: The caller waits for an answer" in text
        assert "✓ accept_call by b" in text
        assert "rows call.ringing.accept_call.2" in text

    def test_a_refusal_names_every_row_that_was_tried(self, fsm: Fsm) -> None:
        asked = (
            "explain",
            "share_desktop",
            "--by",
            "originator",
            "--in",
            "call=connected",
            "--between",
            PRADEEP,
            GRADY,
        )
        told = fsm(*asked, "--json")
        assert told.status == 1
        assert (told.data["accepted"], told.data["rule"], told.data["guard"]) == (False, "TMS-11", "may_meet_now")
        assert [reason["guard"] for reason in told.data["reasons"]] == ["same_platform", "may_meet_now", "on_sfb"]
        assert told.data["ways"] == [{"event": "meet_now", "by": "recipient"}]
        words = fsm(*asked).words
        for reason in told.data["reasons"]:
            assert f"row {reason['row']} guard {reason['guard']}" in words
            assert f"rule {reason['rule']}: {library.RULES[reason['rule']].says}" in words
        assert "guard may_meet_now of the originator" in words
        assert "remedy an admin assigns a meeting policy" in words

    def test_a_refusal_may_be_about_who_may(self, fsm: Fsm) -> None:
        asked = ("explain", "accept_meeting", "--by", "recipient", "--in", "call=offered:originator")
        words = fsm(*asked).words
        assert "kind not yours: the rows for it here are for others" in words
        assert "because only the initiator (originator) may" in words

    @pytest.mark.parametrize(
        ("asked", "kind", "rule"),
        [
            (("hang_up", "--by", "originator"), "not-applicable", None),
            (("no_answer", "--by", "recipient", "--in", "call=ringing:originator"), "not-yours", None),
            (("accept_call", "--by", "originator", "--in", "call=ringing:originator"), "not-yours", "DEC-34"),
            (("send_file", "--by", "originator", "--in", "chat=interop:originator"), "refused", "LIM-6"),
            (("open_chat", "--by", "recipient"), "refused", "DEC-6"),
        ],
    )
    def test_a_refusal_says_of_which_kind_it_is(
        self, fsm: Fsm, asked: tuple[str, ...], kind: str, rule: str | None
    ) -> None:
        told = fsm("explain", *asked, "--json")
        assert (told.status, told.data["kind"], told.data["rule"]) == (1, kind, rule)
        words = fsm("explain", *asked).words.partition("kind ")[2]
        assert words.startswith(kind.replace("-", " "))
        assert ("rule " in words) is (rule is not None)

    @pytest.mark.parametrize(
        ("event", "standing", "row", "says"),
        [
            (
                "send_file",
                "chat=interop:originator",
                "chat.interop.send_file.2",
                "row chat.interop.send_file.2, which refuses",
            ),
            (
                "call_audio",
                "chat=locked meeting=open:originator",
                "call_audio.2",
                "row dispatch call_audio.2, which refuses",
            ),
        ],
    )
    def test_a_declared_refusal_names_its_row(self, fsm: Fsm, event: str, standing: str, row: str, says: str) -> None:
        asked = ("explain", event, "--by", "originator", "--in", standing)
        assert fsm(*asked, "--json").data["row"] == row
        assert says in fsm(*asked).words

    def test_a_refusal_may_have_no_way_out(self, fsm: Fsm) -> None:
        asked = ("explain", "open_persistent_chat", "--by", "originator", "--in", "chat=interop:originator")
        assert "instead nothing" in fsm(*asked).words

    @pytest.mark.parametrize("event", library.CONVERSATION.events)
    def test_every_event_can_be_asked_about(self, fsm: Fsm, event: str) -> None:
        teams, sfb = library.Participant("a", library.Mode.TEAMS_ONLY), library.Participant("b", library.Mode.SFB_ONLY)
        conversation = library.Conversation(library.Pairing(teams, sfb))
        told = fsm("explain", event, "--by", "originator", "--json")
        assert (
            told.status == int(not told.data["accepted"]) == int(not conversation.may(known.event(event), "originator"))
        )

    @pytest.mark.parametrize("by", library.Party)
    @pytest.mark.parametrize("standing", ["ringing:originator", "offered:recipient"])
    def test_every_event_of_a_state_can_be_explained_to_everyone(
        self, fsm: Fsm, standing: str, by: library.Party
    ) -> None:
        state = library.LIFECYCLES["call"].states[standing.partition(":")[0]]
        for event in dict.fromkeys(row.event for row in state.rows if not row.internal):
            answer = fsm("explain", event, "--by", by, "--in", f"call={standing}")
            assert f"{event} by" in answer.words

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            (("hold", "--by", "nobody"), ["nobody", "recipient", "service"]),
            (("hld", "--by", "service"), ["event: 'hld' is not known; did you mean 'hold'?"]),
            (("hold", "--by", "service", "--in", "connected"), ["'connected' is not accepted", "call=STATE"]),
            (("hold", "--by", "service", "--in", "call=up"), ["'call=up' is not accepted", "on_hold:originator"]),
            (("hold", "--by", "service", "--in", "call=on_hold"), ["'call=on_hold'", "on_hold:recipient, offered:"]),
            (("hold", "--by", "service", "--in", "chat=none:originator"), ["'chat=none:originator'", "interop"]),
            (
                ("hang_up", "--by", "originator", "--in", "call=connected", "--in", "terminated_call=failed"),
                ["--in: places: chat=none call=connected", "is not where this pairing can come", "call=ended"],
            ),
        ],
    )
    def test_what_is_not_accepted(self, fsm: Fsm, arguments: tuple[str, ...], says: list[str]) -> None:
        answer = fsm("explain", *arguments)
        assert (answer.status, answer.out) == (2, "")
        assert [words for words in says if words not in answer.err] == []
