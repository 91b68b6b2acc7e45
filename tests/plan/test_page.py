"""The page, in a real browser: what it says of people and pairs is what the plan says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from fsm.engine.address import Fires
from fsm.explore import page as explorer
from fsm.plan import Plan, page, report
from tests.plan.links import read_link
from tests.plan.organisations import BASE, crowds, moving, people, talking

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.external


def organisation() -> Plan:
    chance = Random(1)
    users = people(chance, 60, 12)
    where = [chance.choice(["Sales", "<b>IT</b>"]) for _ in users]
    return Plan(
        users, moving(chance, users), crowds=crowds(chance), columns={"Department": where},
        contacts=talking(chance, 60, 200), edition=BASE,
    )  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_says_what_the_plan_says_and_is_for_everybody(browser: Browser, tmp_path: Path, scheme: str) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="no axe: pip install axe-playwright-python"
    )
    plan = organisation()
    found = report(plan)
    (tmp_path / "plan.html").write_text(page(plan, found), encoding="utf-8")
    (tmp_path / "explorer.html").write_text(explorer(), encoding="utf-8")
    shown = browser.new_context(color_scheme=scheme, viewport={"width": 1200, "height": 900}).new_page()  # type: ignore[arg-type]
    complaints: list[str] = []
    asked: list[str] = []
    shown.on("console", lambda message: complaints.append(message.text))
    shown.on("pageerror", lambda error: complaints.append(str(error)))
    shown.on("request", lambda request: asked.append(request.url))
    shown.goto((tmp_path / "plan.html").as_uri())
    told = shown.locator("#summary").inner_text()
    assert f"{round(found.degradation):,}" in told
    chance = Random(2)
    for _ in range(25):
        first, second = chance.sample(plan.people.addresses[:60], 2)
        wave = chance.choice(plan.waves.waves).name
        why = plan.why(first, second, wave)
        shown.select_option("#at", str(plan.wave(wave)))
        shown.fill("#first", first)
        shown.fill("#second", second)
        cells = shown.locator("#pair tbody tr").evaluate_all(
            "rows => JSON.stringify(rows.map(row => [...row.children].map(cell => cell.textContent)))"
        )
        assert [each[1:] for each in json.loads(cells)] == [
            [each.was.value, each.was.rule, each.now.value, each.now.rule] for each in why.reasons
        ]
        link = shown.locator("#pair a").get_attribute("href")
        assert link is not None
        pairing, steps = read_link(link.partition("#")[2])
        assert pairing == why.before
        assert [each for each in steps if not isinstance(each, Fires)] == [why.after] * (why.before != why.after)
    shown.fill("#who", first)
    told = shown.locator("#person").inner_text()
    assert first in told
    for n, each in enumerate(plan.waves.waves, 1):
        if first in each.becomes:
            assert re.search(rf"^{each.name}: moves from", told, re.M), n
    assert complaints == []
    assert [each for each in asked if not each.startswith("file:")] == []
    assert axe.Axe().run(shown).response["violations"] == []
    shown.locator("#pair a").click()
    shown.wait_for_selector("#picture svg")
    assert complaints == []
    shown.context.close()


def test_on_a_phone_nothing_is_wider_than_it(browser: Browser, tmp_path: Path) -> None:
    plan = organisation()
    (tmp_path / "plan.html").write_text(page(plan, report(plan)), encoding="utf-8")
    shown = browser.new_context(viewport={"width": 360, "height": 700}).new_page()
    shown.goto((tmp_path / "plan.html").as_uri())
    assert shown.evaluate("document.documentElement.scrollWidth") <= 360
    shown.context.close()
