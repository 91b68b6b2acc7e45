"""``fsm replay``: which conversations of a log follow the specification."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from fsm import CONVERSATION

from .conftest import ADELE, GRADY, PRADEEP, Fsm

EXAMPLES = Path(__file__).parents[2] / "examples"
LOG = str(EXAMPLES / "conversations.jsonl")
OPEN = {"conversation": 1, "event": "open_chat", "by": "originator"}
FILE = {"conversation": 1, "event": "send_file", "by": "originator"}
BETWEEN = ("--between", "TeamsOnly", "SfBOnly")
FEW_PLACES = ("--between", "TeamsOnly,allow_private_calling=false", "SfBOnly")
"""Two who come to few places, whose table is soon made."""
ROWS = CONVERSATION.rows
EXPORT = Path(__file__).parents[2] / "fsm" / "data" / "contoso"


def lines(*rows: object) -> str:
    """A log of these rows."""
    return "\n".join(json.dumps(row) for row in rows)


def test_in_words(fsm: Fsm) -> None:
    answer = fsm("replay", LOG)
    assert answer.status == 1
    for words in (
        "conversations 5 events 24 follow 3: sharing, policy, moved depart 2 left 2 events, after a departure",
        f"rows used 24 of {len(ROWS)}",
        "LIM-6 No file crosses, neither as a transfer between two nor as 1 an attachment in a group. DEC-28",
        "conversations.jsonl:10: ✗ send_file by originator conversation files the log says accepted expected refused",
        "instead share_desktop or meet_now or send_text rules LIM-6 LIM-8",
        "the log says terminated_call ended expected terminated_call called_back rules DEC-28",
    ):
        assert words in answer.words
    assert [line for line in answer.out.replace(LOG, "").splitlines() if len(line) > 80] == []


def test_in_json(fsm: Fsm) -> None:
    answer = fsm("replay", str(EXAMPLES / "conversations.csv"), "--json")
    assert answer.status == 1
    told = answer.data
    assert (told["conversations"], told["events"], told["follow"], told["depart"], told["left"]) == (5, 24, 3, 2, 2)
    assert [(each["rule"], each["departures"]) for each in told["by_rule"]] == [("LIM-6", 1), ("DEC-28", 1)]
    assert [(each["line"], each["conversation"]) for each in told["departures"]] == [(11, "files"), (22, "missed")]
    result = {"conversation": "files", "events": 5, "answer": "departs", "follows": False, "left": 2, "assumed": []}
    assert told["results"][1] == result
    assert told["rows"]["chat.none.open_chat.2"] == 3


def test_what_may_follow_says_what_was_assumed(fsm: Fsm) -> None:
    left_open = lines(
        {**OPEN, "event": "call_audio", "assumed": ["by"]},
        {**OPEN, "event": "accept_call", "by": ["originator", "recipient"], "source": "a.log:9"},
    )
    answer = fsm("replay", "-", *BETWEEN, stdin=left_open)
    assert answer.status == 0
    assert "follow 0 may follow 1 depart 0 supplied by, on 1 line" in answer.words
    assert "may follow, in one way 1 a.log:9: accept_call by recipient" in answer.words


def test_all_well(fsm: Fsm) -> None:
    answer = fsm("replay", "-", *BETWEEN, stdin=lines(OPEN))
    assert answer.status == 0
    assert answer.words == f"conversations 1 events 1 follow 1: 1 depart 0 rows used 1 of {len(ROWS)}"
    assert fsm("replay", "-").words == f"conversations 0 events 0 follow 0 depart 0 rows used 0 of {len(ROWS)}"


def test_the_log_of_one_run_needs_to_know_between_whom(fsm: Fsm) -> None:
    log = str(EXAMPLES / "desktop-sharing.jsonl")
    assert fsm("replay", log, "--between", ADELE, GRADY).status == 0
    answer = fsm("replay", log)
    assert answer.status == 2
    assert f"{log}:1: originator.mode: missing; give it on the first event" in answer.err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name here")
def test_a_pipe_can_be_read_twice(fsm: Fsm) -> None:
    os.mkfifo("log.csv")
    rows = ["event,by,time", "send_text,recipient,2", "open_chat,originator,1"]
    writer = threading.Thread(target=lambda: Path("log.csv").write_text("\n".join(rows)))
    writer.start()
    answer = fsm("replay", "log.csv", *BETWEEN)
    writer.join()
    assert (answer.status, answer.words.split()[:4]) == (0, ["conversations", "1", "events", "2"])


def test_addresses_are_looked_up_in_an_export(fsm: Fsm) -> None:
    log = lines(
        {**OPEN, "by": PRADEEP, "originator.address": PRADEEP, "recipient.address": GRADY},
        {"conversation": 1, "event": "share_desktop", "by": PRADEEP, "accepted": False, "rule": "TMS-11"},
    )
    policies = [word for path in sorted(EXPORT.glob("*.json")) for word in ("--policies", str(path))]
    assert fsm("replay", "-", "--users", str(EXPORT / "users.csv"), *policies, stdin=log).status == 0


def test_surroundings_hold_for_what_the_log_does_not_say(fsm: Fsm) -> None:
    log = lines({**OPEN, "originator.mode": "Islands", "recipient.mode": "SfBOnly"})
    assert fsm("replay", "-", stdin=log).status == 1
    assert fsm("replay", "-", "--islands", "as-routed", stdin=log).status == 0


def test_first_says_how_many_are_told(fsm: Fsm) -> None:
    answer = fsm("replay", LOG, "--first", "1")
    assert "and 1 departure more; --first or --json tells them" in answer.words
    assert "conversations.jsonl:22" not in answer.words
    assert "follow 3 depart" in answer.words


@pytest.mark.parametrize(("first", "more"), [(1, "and 1 departure more"), (2, ""), (3, "")])
def test_no_more_are_announced_than_there_are(fsm: Fsm, first: int, more: str) -> None:
    answer = fsm("replay", LOG, "--first", str(first))
    assert (" more; --first" in answer.words) is bool(more)
    assert more in answer.words


@pytest.mark.parametrize(
    ("first", "named"), [(2, ""), (3, ": sharing, policy, moved"), (4, ": sharing, policy, moved")]
)
def test_conversations_that_follow_are_named_where_they_are_few(fsm: Fsm, first: int, named: str) -> None:
    assert f"follow 3{named} depart 2" in fsm("replay", LOG, "--first", str(first)).words


@pytest.mark.parametrize(
    ("wrong", "more"),
    [
        (1, []),
        (100, []),
        (101, ["Error: and 1 line more"]),
        (1200, ["Error: and 1,100 lines more"]),
    ],
)
def test_as_many_lines_that_cannot_be_read_are_told_as_anybody_reads(fsm: Fsm, wrong: int, more: list[str]) -> None:
    told = fsm("replay", "-", *BETWEEN, stdin=lines(*[{**OPEN, "event": "x"}] * wrong)).err.splitlines()
    assert [line.partition(": event")[0] for line in told[:100]] == [
        f"Error: stdin:{n}" for n in range(1, min(wrong, 100) + 1)
    ]
    assert told[100:] == more


def test_the_format_may_be_named(fsm: Fsm) -> None:
    Path("log").write_text("conversation,event,by\n1,open_chat,originator\n", encoding="utf-8")
    assert fsm("replay", "log", *BETWEEN, "--format", "csv").status == 0
    assert fsm("replay", "log", *BETWEEN, "--format", "jsonl").status == 2


def test_an_event_that_does_not_apply_has_no_rule(fsm: Fsm) -> None:
    answer = fsm("replay", "-", *BETWEEN, stdin=lines({**OPEN, "event": "hang_up"}))
    assert answer.status == 1
    assert "none the event does not apply there, or is not theirs to fire 1" in answer.words


def test_lines_that_cannot_be_read(fsm: Fsm) -> None:
    log = lines(OPEN, {**OPEN, "event": "x"}, {**OPEN, "by": "y"}, FILE, {**OPEN, "conversation": 2})
    answer = fsm("replay", "-", *BETWEEN, stdin=log)
    assert (answer.status, answer.out) == (2, "")
    assert [line.split()[1] for line in answer.err.splitlines()] == ["stdin:2:", "stdin:3:"]
    answer = fsm("replay", "-", *BETWEEN, "--skip-bad", stdin=log)
    assert answer.status == 0
    for words in (
        "conversations 2 events 3 follow 1: 2 depart 0 unread 1, with a line that cannot be read left 1 events",
        "2 lines cannot be read, and were passed over stdin:2: event:",
    ):
        assert words in answer.words
    told = fsm("replay", "-", *BETWEEN, "--skip-bad", "--json", stdin=log).data
    assert [each["line"] for each in told["bad"]] == [2, 3]


def test_no_more_lines_are_told_than_anybody_reads(fsm: Fsm) -> None:
    answer = fsm("replay", "-", *BETWEEN, stdin="{\n" * 1000)
    assert len(answer.err.splitlines()) == 101
    assert answer.err.endswith("Error: and 900 lines more\n")


class TestPicture:
    """How often the log uses each row, drawn."""

    def test_of_each_lifecycle(self, fsm: Fsm) -> None:
        answer = fsm("replay", LOG, "--picture", "out/pictures")
        assert "drawn out/pictures/chat.svg" in answer.words
        files = sorted(path.name for path in Path("out/pictures").iterdir())
        assert files == ["call.svg", "chat.svg", "meeting.svg", "terminated_call.svg"]
        assert "rows used" in Path("out/pictures/chat.svg").read_text()

    def test_of_one(self, fsm: Fsm) -> None:
        told = fsm("replay", LOG, "--picture", "call.mmd", "--lifecycle", "call", "--json").data
        assert told["pictures"] == ["call.mmd"]
        assert "rows used" in Path("call.mmd").read_text()

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            (("--lifecycle", "call"), "--lifecycle: says which picture to draw; give --picture FILE with it"),
            (("--picture", "file"), "--picture: file: File exists; give a directory"),
            (("--picture", "call.pdf", "--lifecycle", "call"), "--picture: '.pdf' names no format"),
        ],
    )
    def test_that_cannot_be_drawn(self, fsm: Fsm, arguments: tuple[str, ...], says: str) -> None:
        Path("file").touch()
        answer = fsm("replay", LOG, *arguments)
        assert (answer.status, answer.out) == (2, "")
        assert says in answer.err


class TestInBulk:
    """Logs in Parquet and Arrow."""

    @pytest.fixture
    def log(self, tmp_path: Path) -> Path:
        file = tmp_path / "log.parquet"
        rows = [{**OPEN, "accepted": True}, {**FILE, "accepted": False}, {**FILE, "accepted": True}]
        rows += [{**OPEN, "conversation": 2, "accepted": True}, {**OPEN, "conversation": 3, "accepted": False}]
        pq.write_table(pa.Table.from_pylist([{**each, "rule": ""} for each in rows]), file)
        return file

    def test_in_words(self, fsm: Fsm, log: Path, tmp_path: Path) -> None:
        out = tmp_path / "chat.svg"
        answer = fsm("replay", str(log), *FEW_PLACES, "--picture", str(out), "--lifecycle", "chat")
        assert answer.status == 1
        assert f"conversations 3 events 5, 3 accepted follow 1 depart 2 rows used 2 of {len(ROWS)}" in answer.words
        assert "not compared rule" in answer.words
        assert "send_file originator refused by LIM-6 1" in answer.words
        assert "open_chat originator accepted 1" in answer.words
        assert out.read_text(encoding="utf-8").startswith("<")

    def test_in_json(self, fsm: Fsm, log: Path) -> None:
        told = fsm("replay", str(log), *FEW_PLACES, "--json").data
        assert (told["conversations"], told["departed"], told["refused"]) == (3, 2, {"LIM-6": 2})

    def test_all_well(self, fsm: Fsm, tmp_path: Path) -> None:
        file = tmp_path / "log.parquet"
        pq.write_table(pa.Table.from_pylist([OPEN]), file)
        answer = fsm("replay", str(file), *FEW_PLACES)
        assert (answer.status, "first departs" in answer.words) == (0, False)

    def test_lines(self, fsm: Fsm) -> None:
        Path("log.jsonl").write_text(lines(OPEN, {**FILE, "accepted": False}, FILE), encoding="utf-8")
        Path("log.csv").write_text("event,by\nopen_chat,originator\nsend_file,originator\n", encoding="utf-8")
        answer = fsm("replay", "log.jsonl", "--bulk", *FEW_PLACES)
        assert answer.status == 1
        assert "conversations 1 events 3, 1 accepted follow 0 depart 1" in answer.words
        assert fsm("replay", "log.csv", "--bulk", *FEW_PLACES, "--json").data["refused"] == {"LIM-6": 1}
        assert fsm("replay", "log.jsonl", "log.jsonl", "--bulk", *FEW_PLACES, "--json").data["events"] == 6
        log = Path("log.jsonl").read_text(encoding="utf-8")
        assert fsm("replay", "-", "--bulk", *FEW_PLACES, stdin=log).out == answer.out

    def test_lines_that_cannot_be_read(self, fsm: Fsm, tmp_path: Path) -> None:
        (tmp_path / "log.jsonl").write_text(lines(OPEN, {**OPEN, "by": "unknown"}), encoding="utf-8")
        answer = fsm("replay", "log.jsonl", "--bulk", *FEW_PLACES)
        assert answer.status == 2
        assert 'log.jsonl:2: by: "unknown" is not known; use one of originator' in answer.err
        answer = fsm("replay", "log.jsonl", "--bulk", "--skip-bad", "--open")
        said = "Error: --skip-bad, --open: no line is told with --bulk; leave it out\n"
        assert (answer.status, answer.err) == (2, said)

    def test_what_cannot_be_read(self, fsm: Fsm, log: Path, tmp_path: Path) -> None:
        assert fsm("replay", str(tmp_path / "none.parquet")).status == 2
        answer = fsm("replay", str(log), "--skip-bad")
        assert answer.status == 2
        assert "and no line of it told; leave it out" in answer.err


def test_all_that_departs_is_explained(fsm: Fsm, tmp_path: Path) -> None:
    hold = {"conversation": 1, "event": "hold", "by": "originator", "source": "a.log:9"}
    log = lines(OPEN, hold, hold, {"conversation": 1, "event": "stop_sharing", "by": "recipient"})
    pair = ("--between", "TeamsOnly", "TeamsOnly")
    answer = fsm("replay", "-", "--align", *pair, stdin=log)
    assert answer.status == 1
    for words in (
        "the fewest edits that the tables accept variants 1 edits 3 fitness 0.2500, of a conversation 0.2500",
        "✗ extra: hold by originator times 2, in 1 conversation rule none such as 1, a.log:9",
        "✗ extra: stop_sharing by recipient times 1, in 1 conversation rule none such as 1, stdin:4",
    ):
        assert words in answer.words
    assert "the log says" not in answer.words
    assert "and 1 edit more" in fsm("replay", "-", "--align", "--first", "1", *pair, stdin=log).words
    before = fsm("replay", "-", "--align", "--json", *pair, stdin=log)
    assert [each["times"] for each in before.data["alignment"]["groups"]] == [2, 1]
    (tmp_path / "before.json").write_text(before.out, "utf-8")
    quiet = [{"kind": "extra", "event": "stop_sharing"}, {"kind": "missing", "event": "hold"}]
    (tmp_path / "accepted.json").write_text(json.dumps(quiet), "utf-8")
    log = lines(OPEN, hold, {"conversation": 1, "event": "stop_sharing", "by": "recipient"})
    held = ("--accepted", "accepted.json", "--since", "before.json")
    answer = fsm("replay", "-", "--align", *held, *pair, stdin=log)
    assert answer.status == 1
    assert "accepted 1 edits not found 1 of those accepted" in answer.words
    assert answer.words.endswith("since the earlier report fewer 2 to 1: extra: hold by originator")
    file = {**FILE, "by": "originator"}
    (tmp_path / "file.json").write_text(json.dumps([{"kind": "extra", "event": "send_file"}]), "utf-8")
    answer = fsm("replay", "-", "--align", "--accepted", "file.json", *NO_CALLS, stdin=lines(OPEN, file))
    assert answer.status == 0
    answer = fsm("replay", "-", "--align", *NO_CALLS, stdin=lines(OPEN, file))
    assert "rule LIM-6: No file crosses" in answer.words


def test_a_page_tells_it_and_pictures_show_where(fsm: Fsm, tmp_path: Path) -> None:
    log = lines(OPEN, {"conversation": 1, "event": "resume", "by": "recipient"})
    pair = ("--between", "TeamsOnly", "TeamsOnly")
    answer = fsm(
        "replay", "-", "--align", "--html", "why.html", "--picture", "call.svg", "--lifecycle", "call", "--json", *pair,
        stdin=log,
    )  # fmt: skip
    assert (answer.status, answer.data["pages"]) == (1, ["why.html", "explorer.html"])
    page = (tmp_path / "why.html").read_text("utf-8")
    assert "extra: resume by recipient" in page
    assert page.count("data:image/svg+xml") == 1
    assert "1 extra" in (tmp_path / "call.svg").read_text("utf-8").replace("\N{NO-BREAK SPACE}", " ")
    assert '"known">[]' in (tmp_path / "explorer.html").read_text("utf-8")
    answer = fsm("replay", "-", "--align", "--html", "why.html", *pair, stdin=log)
    assert "written why.html explorer.html" in answer.words


@pytest.mark.parametrize("suffix", ["parquet", "arrow"])
def test_a_log_in_columns_is_explained_as_the_same_in_lines(fsm: Fsm, tmp_path: Path, suffix: str) -> None:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    call = {
        "conversation": 1,
        "event": "call_audio",
        "by": "originator",
        "call": "ringing",
        "time": "2026-01-05T09:00Z",
    }
    hold = {"conversation": 1, "event": "hold", "by": "recipient", "call": None, "time": "2026-01-05T09:01Z"}
    table = pa.Table.from_pylist([hold, call])
    at = pa.array(["2026-01-05T09:01:00", "2026-01-05T09:00:00"]).cast(pa.timestamp("ns"))
    table = table.set_column(table.column_names.index("time"), "time", at)
    if suffix == "parquet":
        pq.write_table(table, tmp_path / "log.parquet")
    else:
        with pa.ipc.new_file(tmp_path / "log.arrow", table.schema) as file:
            file.write_table(table)
    pair = ("--between", "TeamsOnly", "TeamsOnly", "--align", "--json")
    lined = fsm("replay", "-", *pair, stdin=lines(hold, call)).data["alignment"]
    answer = fsm("replay", f"log.{suffix}", *pair)
    assert (answer.status, answer.data["alignment"]) == (1, lined)
    assert [(each["kind"], each["line"]) for each in lined["groups"]] == [("missing", 1)]
    assert f"log.{suffix}:1" in fsm("replay", f"log.{suffix}", *pair[:-1]).words
    refused = fsm("replay", f"log.{suffix}", *pair, "--format", "jsonl")
    assert (refused.status, refused.err) == (2, f"Error: --format: log.{suffix} is columnar; leave it out\n")
    odd = fsm("replay", f"log.{suffix}", *pair, "--column", "no=event")
    assert (odd.status, odd.err.startswith('Error: column: "no" is not known')) == (2, True)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("-", "--html: - is not accepted; give a file"),
        ("explorer.html", "--html: explorer.html is where the explorer goes; give another"),
        ("none/why.html", "--html: none/why.html: No such file or directory; give a file that can be written"),
    ],
)
def test_a_page_needs_room(fsm: Fsm, given: str, says: str) -> None:
    answer = fsm("replay", LOG, "--align", "--html", given)
    assert (answer.status, answer.err) == (2, f"Error: {says}\n")


NO_CALLS = ("--between", "TeamsOnly,allow_private_calling=false", "SfBOnly")


def test_what_is_about_edits_needs_edits(fsm: Fsm, tmp_path: Path) -> None:
    for option in ("--accepted", "--since", "--html"):
        answer = fsm("replay", LOG, option, "a.json")
        assert (answer.status, answer.err) == (
            2,
            "Error: --accepted, --since, --html: are about edits; give --align with them\n",
        )
    answer = fsm("replay", LOG, "--align", "--accepted", "a.json")
    assert answer.status == 2
    assert "a.json: No such file or directory; give an array of edits" in answer.err
