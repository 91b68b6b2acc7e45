"""The bundled organisation is what its script makes, and a plan of it has something to tell."""

from __future__ import annotations

import runpy
from pathlib import Path

from fsm.plan import Plan, read_partners, read_waves
from fsm.readers.tenant import contoso

ROOT = Path(__file__).parents[2]
DATA = ROOT / "fsm" / "data" / "contoso"


def test_its_files_are_what_the_script_makes() -> None:
    made = runpy.run_path(str(ROOT / "examples" / "contoso" / "make.py"))["made"]
    for name, text in made((DATA / "users.csv").read_text(encoding="utf-8")).items():
        assert (DATA / name).read_bytes().decode() == text, (
            "run python examples/contoso/make.py and commit what it writes"
        )


def test_it_has_departments_waves_partners_and_those_who_talk() -> None:
    tenant = contoso(keep=["Department"])
    assert len(set(tenant.columns["Department"].values())) == 9
    waves = read_waves(DATA / "waves.csv", tenant)
    assert len(waves.waves) == 5
    assert {each.column for each in waves.problems} == {"mode"}
    plan = Plan(
        tenant, waves, crowds=read_partners(DATA / "partners.csv", tenant=tenant).crowds, contacts=DATA / "contacts.csv"
    )
    assert plan.read is not None
    assert plan.read.bad == 0
    assert len(plan.whole.unreachable()) == 24  # their policies allow no chat in Teams: what a plan is for
