"""The page, in a real browser: it plays as the engine does, and is for everybody."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fsm import Conversation, Pairing, Participant, Refused
from fsm.engine.address import Fires, Step, address
from fsm.explore.facts import told
from fsm.explore.stories import SHARING, STORIES, two
from fsm.replay import replay
from fsm.spec.editions import EDITIONS
from fsm.spec.facts import changed, from_facts
from fsm.spec.parties import LONGEST_ADDRESS
from tests.explore.conftest import Opened, written
from tests.explore.sequences import conversations, played

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.external
EXAMPLES = Path(__file__).parents[2] / "examples"
HOSTILE = (
    "<img src=x onerror=alert(1)>@contoso.com",
    "</script><script>alert(1)</script>@contoso.com",
    "a\u202eb@contoso.com",
    "{peer}$&@contoso.com",
    "o'neil,a;b=c&d#e%f@contoso.com",
    "x" * LONGEST_ADDRESS,
)


PLAYED = "all => JSON.stringify(JSON.parse(all).map(([people, steps]) => interop.play(people, steps)))"


def disagreements(opened: Opened, number: int, seed: int) -> list[object]:
    found: list[object] = []
    batch: list[tuple[Pairing, list[Any]]] = []
    for n, each in enumerate(conversations(number, seed), 1):
        batch.append(each)
        if len(batch) == 100 or n == number:
            asked = json.dumps([[told(pairing), steps] for pairing, steps in batch])
            answers = json.loads(opened.page.evaluate(PLAYED, asked))
            for (pairing, steps), answer in zip(batch, answers, strict=True):
                if answer != json.loads(json.dumps(played(pairing, steps))):
                    found.append((pairing, steps))
            batch = []
    return found


def test_it_plays_as_the_engine_does(opened: Opened) -> None:
    assert disagreements(opened, 1_000, 0) == []


@pytest.mark.exhaustive
def test_it_plays_as_the_engine_does_over_ten_thousand_conversations(opened: Opened) -> None:
    """It last ran to the end on 27 November 2026."""
    assert disagreements(opened, 10_000, 1) == []


def called(pairing: Pairing) -> dict[str, str]:
    names = [who.address.partition("@")[0].partition(".")[0] for who in (pairing.originator, pairing.recipient)]
    first, second = (name[0].upper() + name[1:] for name in names)
    return {"originator": first, "recipient": second}


def standing(talk: Conversation) -> list[str]:
    names = called(talk.pairing)
    return [":".join((at.state, *(names[who] for who in at.remembered))) for at in talk.places.values()]


def clicked(opened: Opened, number: int, seed: int) -> None:
    chance = random.Random(seed)
    for pairing, steps in conversations(number, seed):
        opened.go(address(pairing))
        talk = Conversation(pairing)
        for step in [each for each in steps if "event" in each][: chance.randrange(1, 6)]:
            event, by = step["event"], step["by"]
            button = f'#possible button[data-event="{event}"][data-by="{by}"]'
            refusal = talk.why_not(event, by)
            if refusal is None:
                talk.fire(event, by)
                opened.page.click(button)
            elif opened.page.locator(button).count():
                opened.page.evaluate("at => document.querySelector(at).closest('details').open = true", button)
                opened.page.click(button)
                assert refusal.message in opened.page.locator("#why").inner_text()
            assert opened.places() == standing(talk)


def test_clicks_on_the_visible_page_come_to_what_the_engine_says(opened: Opened) -> None:
    clicked(opened, 30, 2)


@pytest.mark.exhaustive
def test_two_hundred_conversations_clicked_come_to_what_the_engine_says(opened: Opened) -> None:
    """It last ran to the end on 27 November 2026."""
    clicked(opened, 200, 3)


def test_an_event_is_played_on_the_picture(opened: Opened) -> None:
    opened.go(address(two(SHARING)))
    opened.page.click("#tab-call")
    opened.page.locator("#picture g.bright", has_text="call_audio").first.click()
    opened.page.locator("#picked button.way", has_text="Adele calls Grady").first.click()
    assert opened.places()[1] == "ringing:Adele"
    assert opened.page.locator("#picture #state-ringing.lit").count() == 1


def steps_of(pairing: Pairing, steps: list[Any]) -> list[Step]:
    found: list[Step] = []
    for step in steps:
        if "change" in step:
            pairing = changed(pairing, step["change"])
            found.append(pairing)
        else:
            found.append(step["wait"] if "wait" in step else Fires(step["event"], step["by"]))
    return found


def test_an_address_is_the_same_in_python_and_in_the_page(opened: Opened) -> None:
    for pairing, steps in conversations(40, 4):
        wanted = address(pairing, steps_of(pairing, steps), at=len(steps) // 2)
        opened.go(wanted)
        assert opened.address == wanted
        beginning = opened.page.locator("text=to the beginning")
        if beginning.is_enabled():
            beginning.click()
        assert opened.page.locator("[role=alert]").count() == 0


def test_an_address_in_an_edition_says_what_is_not_as_usual_there(opened: Opened) -> None:
    edition = EDITIONS["2022-10"]
    pairing = Pairing(edition.participant("a", "TeamsOnly"), edition.participant("b", "SfBOnly"))
    opened.go(address(pairing, edition=edition))
    assert opened.address == "from=TeamsOnly,address=a&to=SfBOnly,address=b&edition=2022-10"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("from=Nobody", 'mode: "Nobody" is not accepted; use one of Islands, SfBOnly'),
        ("from=TeamsOnly&to=SfBOnly&play=fly:originator", 'event: "fly" is not accepted'),
        ("from=TeamsOnly,client=sfb-current&to=SfBOnly", "client: sfb-current does not fit mode TeamsOnly"),
        ("from=TeamsOnly,address=%", "URI malformed"),
        ("from=TeamsOnly&to=SfBOnly&play=change:recipient.homing=away", 'homing: "away" is not accepted'),
        ("from=TeamsOnly&to=SfBOnly&play=wait:soon", 'wait: "soon" is not accepted; use one of a whole number'),
        ("colour=red", 'part: "colour" is not accepted'),
    ],
)
def test_an_address_that_cannot_be_read_says_why(opened: Opened, wrong: str, says: str) -> None:
    opened.go(wrong)
    assert says in opened.page.locator("[role=alert]").first.inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1400])
def test_nothing_stands_in_anybodys_way(browser: Browser, where: str, scheme: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    how = {"color_scheme": scheme, "bypass_csp": True, "viewport": {"width": width, "height": 900}}
    opened = Opened(browser, where, **how)
    for story in STORIES[:4]:
        opened.page.click(f"text={story.title}")
        opened.page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        found = axe.Axe().run(opened.page)
        assert found.response["violations"] == [], found.generate_report()
        wide = opened.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, "it scrolls sideways"
    opened.context.close()


def test_a_story_is_played_with_the_keyboard_alone(opened: Opened) -> None:
    pairing = two(SHARING)
    talk = Conversation(pairing)
    opened.go(address(pairing))
    keys = opened.page.keyboard
    for scene in SHARING.scenes:
        for _ in range(200):
            keys.press("Tab")
            here = opened.page.evaluate("[document.activeElement.dataset.event, document.activeElement.dataset.by]")
            if here == [scene.event, str(scene.by)]:
                break
        else:
            pytest.fail(f"{scene} is not reached by Tab")
        keys.press("Enter")
        talk.fire(scene.event, scene.by)  # type: ignore[arg-type]
        assert opened.places() == standing(talk)
    for _ in SHARING.scenes:
        keys.press("ArrowLeft")
    assert opened.places() == standing(Conversation(pairing))
    keys.press("ArrowRight")
    assert opened.places()[1] == "ringing:Adele"


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_is_text(opened: Opened, name: str) -> None:
    try:
        pairing = Pairing(Participant(name, "TeamsOnly"), Participant("bob@contoso.com", "SfBOnly"))
    except ValueError:
        opened.page.fill("#fact-originator-address", name)
        opened.page.locator("#fact-originator-address").blur()
        assert "printable" in opened.page.locator("#fact-originator-address-wrong").inner_text()
        return
    opened.go(address(pairing, [Fires("open_chat", "originator"), Fires("send_text", "originator")]))
    assert opened.page.locator("#fact-originator-address").input_value() == name
    assert opened.address == address(pairing, [Fires("open_chat", "originator"), Fires("send_text", "originator")])
    assert opened.page.locator("img, main script").count() == 0
    assert opened.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_a_name_of_ten_thousand_characters_is_refused_at_its_field(opened: Opened) -> None:
    opened.page.fill("#fact-originator-address", "x" * 10_000)
    opened.page.locator("#fact-originator-address").blur()
    assert "at most 1,024 characters" in opened.page.locator("#fact-originator-address-wrong").inner_text()


def test_what_contradicts_is_said_at_the_field(opened: Opened) -> None:
    opened.page.select_option("#fact-originator-client", "sfb-current")
    said = opened.page.locator("#fact-originator-client-wrong").inner_text()
    assert said.startswith("client: sfb-current does not fit mode TeamsOnly, which chats and calls on teams")


def test_a_timer_expires_when_time_goes_by(opened: Opened) -> None:
    opened.go(address(two(SHARING), [Fires("call_audio", "originator")]))
    opened.page.click("text=until no_answer")
    assert opened.places()[3] == "missed:Adele"
    assert "Nobody answers in time" in opened.page.locator("#screens").inner_text()


def test_a_change_in_mid_conversation_is_played(opened: Opened) -> None:
    pairing = two(STORIES[5])
    opened.go(address(pairing, [Fires("open_chat", "originator")]))
    opened.page.select_option("#fact-recipient-mode", "TeamsOnly")
    opened.page.select_option("#fact-recipient-homing", "online")
    opened.page.click("text=Change it now")
    talk = Conversation(pairing)
    talk.fire("open_chat", "originator")
    talk.change(changed(pairing, {"recipient.mode": "TeamsOnly", "recipient.homing": "online"}))
    assert opened.places() == standing(talk)


def test_one_may_go_back_and_go_on_otherwise(opened: Opened) -> None:
    opened.go(address(two(SHARING), [Fires("open_chat", "originator"), Fires("send_text", "originator")]))
    opened.page.click("text=← back")
    opened.page.click('#possible button[data-event="call_audio"][data-by="originator"]')
    assert opened.page.locator("#history").inner_text().count("Or else, from there") == 1
    opened.page.locator("#history .ways button", has_text="Adele sends a text").click()
    assert opened.address.endswith("play=open_chat:originator;send_text:originator")


def test_rules_are_found_and_shown_in_the_pictures(opened: Opened) -> None:
    opened.page.fill("#rules input", "plain text no emoticons")
    opened.page.locator("#rules .chip", has_text="NAT-5").click()
    assert opened.page.locator("#picture g.ruled").count() > 0


def test_two_pairings_are_shown_side_by_side(opened: Opened) -> None:
    opened.go(address(two(SHARING), [Fires("open_chat", "originator")]))
    opened.page.click("text=Keep these two")
    opened.page.click("text=Refused: desktop sharing")
    rows = opened.page.locator("#compare tbody").inner_text()
    assert "Pradeep picks desktop sharing" in rows
    assert "TMS-11" in rows


def test_a_log_that_is_dropped_is_followed_as_replay_follows_it(opened: Opened) -> None:
    path = EXAMPLES / "conversations.jsonl"
    opened.page.set_input_files("#log input[type=file]", path)
    opened.page.wait_for_selector("#log [role=status]")
    report = replay(path)
    said = opened.page.locator("#log").inner_text()
    assert f"{len(report)} conversations, {len(report.departures)} depart" in said
    for each in report.departures:
        assert f"departs at line {each.line}: {each.observed}, and should have been {each.expected}" in said
    opened.page.locator("#log .found button", has_text=str(report.departures[0].conversation)).first.click()
    assert opened.page.locator("#screens .why").count() == 1


def test_csv_is_followed_as_json_lines_are(opened: Opened) -> None:
    said = []
    for name in ("conversations.jsonl", "conversations.csv"):
        opened.go("")
        opened.page.set_input_files("#log input[type=file]", EXAMPLES / name)
        opened.page.wait_for_selector("#log [role=status]")
        said.append(opened.page.locator("#log [role=status]").inner_text())
    assert said[0] == said[1]


def test_what_cannot_be_read_of_a_log_is_counted_and_named(opened: Opened, tmp_path: Path) -> None:
    lines = '{"event": "open_chat", "by": "originator"}\nno\n{"event": "fly", "by": 3}\n'
    opened.page.set_input_files("#log input[type=file]", written(tmp_path / "bad.jsonl", lines))
    opened.page.wait_for_selector("#log [role=status]")
    said = opened.page.locator("#log [role=status]").inner_text()
    assert "2 lines cannot be read; the first: line 1: originator.mode: missing" in said


def copied(opened: Opened, what: str) -> str:
    opened.page.click(f"text={what}")
    return opened.page.locator("#share textarea").input_value()


@pytest.mark.parametrize("story", STORIES, ids=range(len(STORIES)))
def test_what_is_copied_plays_again(opened: Opened, tmp_path: Path, story: Any) -> None:
    opened.page.click(f"text={story.title}")
    test: dict[str, Any] = {}
    exec(copied(opened, "As a test in Python"), test)
    test["test_conversation"]()
    report = replay(written(tmp_path / "story.jsonl", copied(opened, "As a story for")))
    assert (report.departures, report.bad_lines, len(report)) == ((), 0, 1)
    with opened.page.expect_download() as download:
        opened.page.click("text=As a picture")
    assert "<svg" in Path(download.value.path()).read_text(encoding="utf-8")


def test_a_log_that_the_page_writes_begins_with_who_they_are(opened: Opened) -> None:
    opened.page.click(f"text={SHARING.title}")
    first, *_ = copied(opened, "As a story for").splitlines()
    people = {name: value for name, value in json.loads(first).items() if "." in name or name in told(two(SHARING))}
    assert from_facts(people) == two(SHARING)


def test_a_refusal_offers_ways_out_that_can_be_clicked(opened: Opened) -> None:
    pairing = two(STORIES[3])
    opened.page.click(f"text={STORIES[3].title}")
    talk = Conversation(pairing)
    talk.fire("open_chat", "originator")
    with pytest.raises(Refused) as caught:
        talk.fire("share_desktop", "originator")
    said = opened.page.locator("#screens .why").inner_text()
    assert "AllowPrivateMeetNow is false" in said
    assert "an admin assigns a meeting policy with AllowPrivateMeetNow true" in said
    way = caught.value.refusal.ways[0]
    opened.page.locator("#screens .why button.way").first.click()
    talk.fire(way.event, way.by)
    assert opened.places() == standing(talk)
