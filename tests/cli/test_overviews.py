"""Commands that show a whole: matrix, rules, table."""

from __future__ import annotations

from pathlib import Path

import pytest

import fsm as library
from fsm.notation import BOTH, Signal
from fsm.spec import enforcement
from fsm.verify import PROPERTIES, kept_by

from .conftest import Fsm

MODES = list(library.Mode)


class TestMatrix:
    """Every mode against every mode."""

    @pytest.mark.parametrize("scope", list(library.Scope))
    @pytest.mark.parametrize("islands", list(library.IslandsInterop))
    def test_is_what_the_library_says(self, fsm: Fsm, scope: library.Scope, islands: library.IslandsInterop) -> None:
        told = fsm("matrix", "--scope", scope, "--islands", islands, "--json").data
        assert told["scope"] == scope
        assert len(told["cells"]) == (len(MODES) + 1) * len(MODES)
        for cell in told["cells"]:
            client = library.Client.TEAMS_WINDOWS if cell["originator_on"] == "teams" else library.Client.SFB_CURRENT
            first = library.Participant("a", cell["originator"], client=client)
            second = library.Participant("b", cell["recipient"])
            pairing = library.Pairing(first, second, scope=scope, islands_interop=islands)
            assert cell["route"]["kind"] == library.route(pairing).kind
            conversation = library.Conversation(pairing)
            if conversation.may("open_chat", "originator"):
                conversation.fire("open_chat", "originator")
            sharers = [party for party in ("originator", "recipient") if conversation.may("share_desktop", party)]
            assert cell["shares_desktop"] == sharers

    def test_names_the_rule_of_what_is_impossible(self, fsm: Fsm) -> None:
        answer = fsm("matrix", "--scope", "federated", "--no-federation")
        assert answer.out.count("✗ RTE-9") == 30
        assert f"RTE-9 {library.RULES['RTE-9'].says}" in answer.words
        assert "share" not in answer.out

    @pytest.mark.parametrize(
        ("clients", "cell"),
        [
            ((), "interop ↔"),
            (("sfb-legacy",), "interop →"),
            (("teams-mobile",), "interop ←"),
            (("sfb-legacy", "teams-mobile"), "interop –"),  # noqa: RUF001
        ],
    )
    def test_says_who_can_share_with_the_clients_given(self, fsm: Fsm, clients: tuple[str, ...], cell: str) -> None:
        options = [word for client in clients for word in ("--client", client)]
        answer = fsm("matrix", *options)
        row = next(line for line in answer.out.splitlines() if line.startswith("TeamsOnly"))
        assert row.count(cell) == 3
        assert {"→": "only the originator", "←": "only the recipient"}.get(cell[-1], "↔ both can") in answer.words

    @pytest.mark.rules("ED-2")
    def test_of_an_edition_says_who_does_not_exist(self, fsm: Fsm) -> None:
        answer = fsm("matrix", "--edition", "2022-10")
        assert answer.status == 0
        assert [line for line in answer.out.splitlines() if len(line) > 80] == []
        _, online, on_prem = answer.out.partition("\n\nfrom")[2].partition("\n\n")[0].split("homed ")
        rows = {line[:17].strip(): line for line in online.splitlines()[1:]}
        assert list(rows) == ["Islands on Teams", "Islands on SfB", "SfBOnly", "SfB+Col", "SfB+ColMtg", "TeamsOnly"]
        assert {name: row.count("nobody") for name, row in rows.items()} == dict.fromkeys(rows, 5) | {"TeamsOnly": 0}
        assert "nobody" not in on_prem
        assert "TeamsOnly " not in on_prem
        assert "no such user in this edition, ED-2: whoever is homed online is TeamsOnly" in answer.words
        assert "edition 2022-10, from 2022-10 on says" in answer.words
        assert "its tables were published as with --islands as-routed" in answer.words

    @pytest.mark.rules("ED-1")
    def test_of_the_base_has_everybody(self, fsm: Fsm) -> None:
        told = fsm("matrix", "--edition", "base", "--islands", "as-routed", "--json").data
        assert told["edition"] == "base"
        assert not any(cell["problems"] for cell in told["cells"])
        kinds = {
            (c["originator"], c["originator_on"], c["originator_homing"]): c["route"]["kind"] for c in told["cells"]
        }
        assert kinds["Islands", "teams", "online"] == "native"
        islands = [c for c in told["cells"] if c["originator_on"] == "teams" and c["originator_homing"] == "on-prem"]
        assert [c["route"]["kind"] for c in islands] == ["native", *["impossible"] * 3, "native"]
        assert "no such user" not in fsm("matrix", "--edition", "base").words

    @pytest.mark.rules("ED-2")
    def test_of_an_edition_in_json(self, fsm: Fsm) -> None:
        cells = fsm("matrix", "--edition", "2021-08", "--json").data["cells"]
        gone = [cell for cell in cells if cell["problems"]]
        assert {cell["originator_homing"] for cell in gone} == {"online"}
        assert all(cell["route"] is None and cell["shares_desktop"] == [] for cell in gone)
        [problem] = gone[0]["problems"]
        assert (problem["field"], problem["rule"]) == ("originator.mode", "ED-2")
        assert problem["says"].endswith(problem["remedy"])
        assert fsm("matrix", "--json").data["edition"] is None

    def test_an_edition_that_there_is_not(self, fsm: Fsm) -> None:
        answer = fsm("matrix", "--edition", "2031-01")
        assert (answer.status, answer.out) == (2, "")
        assert [word for word in ("--edition", "2031-01", "base", "2021-08", "2022-10") if word not in answer.err] == []

    def test_a_client_is_the_one_of_the_platform_that_somebody_is_met_on(self, fsm: Fsm) -> None:
        legacy = fsm(
            "matrix", "--scope", "federated", "--islands", "as-routed", "--client", "sfb-legacy", "--json"
        ).data
        shares = {
            (cell["originator"], cell["originator_on"], cell["recipient"]): cell["shares_desktop"]
            for cell in legacy["cells"]
        }
        assert shares["TeamsOnly", "teams", "Islands"] == ["originator"], "an Islands user is met on SfB"
        assert shares["TeamsOnly", "teams", "TeamsOnly"] == ["originator", "recipient"]

    def test_surroundings_that_are_not_accepted(self, fsm: Fsm) -> None:
        answer = fsm("matrix", "--other-cloud")
        assert (answer.status, answer.out) == (2, "")
        assert answer.err.startswith("Error: same_cloud: False does not fit scope in-tenant")


class TestRules:
    """The catalogue."""

    @pytest.fixture(autouse=True)
    def _evidence(self, monkeypatch: pytest.MonkeyPatch) -> None:
        found = dict.fromkeys(library.RULES, ()) | {
            "LIM-6": ("tests/a.py::test_one", "tests/a.py::TestTwo::test_two", "tests/b.py::test_three")
        }
        monkeypatch.setattr(enforcement, "tested_by", lambda: found)

    def test_all_of_it(self, fsm: Fsm) -> None:
        told = fsm("rules", "--json").data
        assert [rule["id"] for rule in told] == list(library.RULES)
        kept, proven = enforcement.enforced_by(), kept_by()
        for rule in told:
            named = rule["id"]
            claimed = {f"invariant {name}" for name in rule["proven_by"]}
            assert rule["kept_by"] == [where for where in kept[named] if where not in claimed]
            assert rule["proven_by"] == list(proven[named])
            assert rule["document"] == library.RULES[named].document._asdict()
        words = fsm("rules").words
        for each in library.RULES.values():
            assert f" {each.id} " in words
            assert each.document.title in words
            assert each.section in words
        (limit,) = [rule for rule in told if rule["id"] == "LIM-6"]
        counts = f"{len(limit['kept_by'])} {len(limit['proven_by'])} 3"
        assert f"LIM-6 No file crosses, neither as a transfer {counts} between two" in words

    def test_some_in_detail(self, fsm: Fsm) -> None:
        told = fsm("rules", "lim-6", "PRS", "--json").data
        assert [rule["id"] for rule in told] == ["LIM-6", "PRS-1", "PRS-2", "PRS-3", "PRS-4"]
        assert set(told[0]) == {"id", "says", "document", "section", "kept_by", "proven_by", "tested_by"}
        words = fsm("rules", "LIM-6", "PRS-1").words
        assert "LIM-6 No file crosses" in words
        assert "document Microsoft Teams and Skype for Business coexistence and interoperability, Microsoft" in words
        assert "section Native interoperability experience limitations address https://learn.microsoft.com/" in words
        assert f"kept by {enforcement.enforced_by()['LIM-6'][0]}" in words
        claims = {each.name: each.says for each in PROPERTIES}
        for name in kept_by()["LIM-6"]:
            assert f"{name}: {claims[name]}" in words
        assert "invariant" not in words
        assert "tests 3 tests/a.py test_one TestTwo::test_two tests/b.py test_three" in words
        assert words.endswith("tests none")

    def test_an_installed_package_does_not_say_what_is_tested(
        self, fsm: Fsm, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(enforcement, "EVIDENCE", tmp_path / "none.json")
        assert fsm("rules", "PRS-1").words.endswith("tests listed in a clone of the repository only")

    def test_kept_by_nothing(self, fsm: Fsm, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(enforcement, "enforced_by", lambda: dict.fromkeys(library.RULES, ()))
        monkeypatch.setattr("fsm.verify.kept_by", lambda: dict.fromkeys(library.RULES, ()))
        assert "kept by nothing claims none" in fsm("rules", "LIM-6").words

    @pytest.mark.parametrize(("asked", "hint"), [("LIM-66", "did you mean LIM-6?"), ("zzz", "use an id such as")])
    def test_that_do_not_exist(self, fsm: Fsm, asked: str, hint: str) -> None:
        answer = fsm("rules", asked)
        assert (answer.status, answer.out) == (2, "")
        assert f"{asked.upper()!r} is not a rule" in answer.err
        assert hint in answer.err
        assert "INT, NAT, LIM" in answer.err


Facts = dict[str, str]


def tables(text: str) -> dict[str, tuple[str, Facts, list[tuple[str, Facts]]]]:
    """A table read back from the screen: for each state its head, what is said of it, and its rows with theirs."""
    found: dict[str, tuple[str, Facts, list[tuple[str, Facts]]]] = {}
    facts: Facts = {}
    for line in filter(None, text.splitlines()[1:]):
        indent, words = len(line) - len(line.lstrip()), line.strip()
        if not indent:
            facts, rows = {}, list[tuple[str, Facts]]()
            found[words.partition(":")[0].partition(" ")[0]] = words, facts, rows
        elif indent == 2 and " by " in words.partition("  ")[0]:
            facts = {}
            rows.append((words, facts))
        else:
            key, _, value = words.partition("  ")
            facts[key] = value.strip()
    return found


class TestTable:
    """A lifecycle's table."""

    @pytest.mark.parametrize("name", library.LIFECYCLES)
    def test_has_every_row(self, fsm: Fsm, name: str) -> None:
        lifecycle = library.CONVERSATION.lifecycles[name]
        told = fsm("table", name, "--json").data
        assert [state["name"] for state in told["states"]] == list(lifecycle.states)
        rows = {row["id"]: row for state in told["states"] for row in state["rows"]}
        assert list(rows) == list(lifecycle.rows)
        assert [bool(row["refused"]) for row in rows.values()] == [bool(row.refused) for row in lifecycle.rows.values()]
        text = fsm("table", name)
        assert text.out.count("refused by") == sum(bool(row.refused) for row in lifecycle.rows.values())
        assert all(f"{state.label}" in text.words for state in lifecycle)

    @pytest.mark.parametrize("name", library.LIFECYCLES)
    def test_says_all_of_every_row_in_words(self, fsm: Fsm, name: str) -> None:
        read = tables(fsm("table", name, COLUMNS="500").out)
        assert list(read) == list(library.CONVERSATION.lifecycles[name].states)
        for state in library.CONVERSATION.lifecycles[name]:
            head, facts, rows = read[state.name]
            flag = " (initial)" if state.initial else " (final)" if state.final else ""
            assert head == f"{state.name}{flag}: {state.label}"
            assert (facts.get("owner", ""), facts.get("opener", "")) == (state.owner, state.opener)
            timers = [each.partition(" if ")[::2] for each in facts.get("timers", "").split("; ") if each]
            assert timers == [
                (f"{each.event} after {each.seconds} s", ", ".join(map(str, each.when))) for each in state.timers
            ]
            assert facts.get("ignores", "").split() == list(state.ignores)
            assert len(rows) == len(state.rows)
            for row, (line, about) in zip(state.rows, rows, strict=True):
                by = "either" if row.by is BOTH else row.by
                assert line.startswith(f"{'signal ' * row.internal}{row.event} by {by}")
                leads = line.partition(f" by {by}")[2]
                assert leads.startswith(
                    f" ✗ refused by {row.refused}" if row.refused else f" → {row.to}" if row.to else ""
                )
                assert bool(leads) == bool(row.refused or row.to)
                assert leads.count("(") == (row.owner is not None) + (row.opener is not None)
                assert ("(opened by" in leads) == (row.opener is not None)
                assert about.get("if", "") == ", ".join(map(str, row.when))
                assert about.get("instead", "").split() == list(row.instead)
                assert about["rules"].split() == list(row.cites)
                does = about["does"].split("; ") if row.does else []
                for said, item in zip(does, row.does, strict=True):
                    if isinstance(item, Signal):
                        assert said == f"signal {item.lifecycle}.{item.event} by {item.by}"
                    else:
                        assert said == f"{item.effect.name} to {item.to.value if item.to else item.effect.service}"

    def test_of_one_state(self, fsm: Fsm) -> None:
        told = fsm("table", "call", "ringing", "--json").data
        assert [state["name"] for state in told["states"]] == ["ringing"]
        assert told["states"][0]["owner"] == "caller"
        assert told["states"][0]["timers"] == [{"event": "no_answer", "seconds": 30, "when": [], "rules": ["DEC-19"]}]
        words = fsm("table", "call", "ringing").words
        (rerouted,) = library.CONVERSATION.lifecycles["call"].states["ringing"].rows_for("rerouted_from_teams")
        for part in (
            "ringing: The caller waits for an answer",
            "owner caller",
            "timers no_answer after 30 s",
            "accept_call by peer → connected",
            "share_desktop by either ✗ refused by DEC-14",
            f"signal rerouted_from_teams by {rerouted.by} → ended",
            "signal terminated_call.call_missed by owner",
        ):
            assert part in words
        words = fsm("table", "chat", "interop").words
        for part in (
            "timers session_expired after 600 s if has_sfb_side",
            "relay to gateway",
            "if on_sfb, other may_chat, recent_client",
            "→ escalated",
        ):
            assert part in words
        assert "none (initial)" in fsm("table", "call").words
        assert "ended (final)" in fsm("table", "call").words
        assert "→ offered (actor)" in fsm("table", "call", "connected").words

    @pytest.mark.parametrize(
        ("asked", "says"),
        [(["fax"], "'fax' is not a lifecycle; use one of chat, call"), (["call", "up"], "'up' is not a state of call")],
    )
    def test_that_does_not_exist(self, fsm: Fsm, asked: list[str], says: str) -> None:
        answer = fsm("table", *asked)
        assert (answer.status, answer.out) == (2, "")
        assert says in answer.err
