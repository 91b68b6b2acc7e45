"""Make the bundled example organisation: 400 people with departments, their waves, contacts and partners.

``python examples/contoso/make.py`` writes into ``fsm/data/contoso``; the first sixteen rows of ``users.csv``
are kept, everything below and beside them is made, the same every time.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

DATA = Path(__file__).parents[2] / "fsm" / "data" / "contoso"
KEPT = 16
SIZE = 400


def split(words: str) -> list[str]:
    """Words, one by one."""
    return words.split()


FIRST = split(
    "Aaron Aisha Amara Anders Ava Bianca Bruno Carla Chen Dalia Dev Elena Emil Esra Fatima Felix Freya Gita Hana Hugo "
    "Ines Ivan Jana Jonas Kai Karim Lars Leila Luca Maja Marco Mei Milan Nadia Nils Noor Olga Omar Paula Pavel Petra "
    "Priya Rafael Ravi Rosa Sami Sara Sofia Sven Tara Theo Tomas Uma Vera Viktor Wanda Xenia Yara Yusuf Zoe"
)
LAST = split(
    "Abadi Alvarez Andersen Bauer Becker Bell Bianchi Brandt Chavez Conti Costa Dahl Das Diaz Eriksen Farah Fischer "
    "Ford Garcia Gomez Haas Hansen Ito Jansen Kaya Keller Khan Kovacs Kumar Lang Larsen Lee Lopez Marino Mehta Meyer "
    "Mori Moreau Nagy Novak Okafor Olsen Park Patel Popov Reyes Rossi Roy Saito Santos Schmidt Silva Singh Sousa "
    "Tanaka Vargas Vogel Weber Wolf Yilmaz"
)


class Department(NamedTuple):
    """A department: of how many of a hundred people, how far it is on its way, and what its policies are."""

    name: str
    share: int
    modes: dict[str, int]
    meeting: str = ""
    messaging: str = ""


DEPARTMENTS = (
    Department("IT", 8, {"TeamsOnly": 8, "Islands": 2}),
    Department("Engineering", 26, {"Islands": 3, "SfBWithTeamsCollab": 5, "SfBOnly": 2}),
    Department("Sales", 18, {"SfBOnly": 7, "SfBWithTeamsCollabAndMeetings": 2, "TeamsOnly": 1}),
    Department("Support", 14, {"SfBOnly": 9, "TeamsOnly": 1}, meeting="NoMeetNow"),
    Department("Operations", 16, {"SfBOnly": 10}, messaging="NoChat"),
    Department("Finance", 7, {"SfBOnly": 8, "SfBWithTeamsCollab": 2}),
    Department("Marketing", 6, {"SfBWithTeamsCollabAndMeetings": 6, "TeamsOnly": 2, "Islands": 2}),
    Department("HR", 3, {"SfBOnly": 6, "SfBWithTeamsCollabAndMeetings": 4}),
    Department("Legal", 2, {"SfBOnly": 10}),
)
OF_THE_KEPT = split(
    "Sales Sales IT IT Engineering Operations Support Legal Finance Engineering Engineering Marketing Sales Sales "
    "Marketing Support"
)
KINDS = {"TeamsOnly": ("HybridOnlineTeamsOnlyUser", "sipfed.online.lync.com")}
ON_PREMISES = ("HybridOnpremSfBUserWithTeamsLicense", "SRV:")
WITHOUT_TEAMS = "HybridOnpremSfBUser"
FRIDAY = date(2026, 12, 4)
WAVES = (("IT", "Marketing"), ("Engineering",), ("Sales", "HR"), ("Support", "Finance"), ("Operations", "Legal"))
PARTNERS = (("fabrikam.com", "TeamsOnly", 120), ("fabrikam.com", "SfBOnly", 30), ("adatum.com", "Islands", 40))


class Person(NamedTuple):
    """A row, and what counts of it."""

    row: list[str]
    address: str
    department: str
    mode: str


def people(chance: Random, header: Sequence[str], kept: Sequence[list[str]]) -> list[Person]:
    """Those who are kept, and the others."""
    found = [
        Person([*row[: len(header) - 1], where], row[1], where, row[3])
        for row, where in zip(kept, OF_THE_KEPT, strict=True)
    ]
    names = [f"{first} {last}" for first in FIRST for last in LAST]
    chance.shuffle(names)
    for name in names[: SIZE - KEPT]:
        where = chance.choices(DEPARTMENTS, [each.share for each in DEPARTMENTS])[0]
        mode = chance.choices([*where.modes], [*where.modes.values()])[0]
        kind, provider = KINDS.get(mode, ON_PREMISES)
        if mode == "SfBOnly" and chance.random() < 0.06:
            kind = WITHOUT_TEAMS
        address = f"{name.lower().replace(' ', '.')}@contoso.com"
        meeting = where.meeting if chance.random() < 0.6 else ""
        messaging = where.messaging if chance.random() < 0.5 else ""
        row = [
            name,
            address,
            f"sip:{address}",
            mode,
            kind,
            provider,
            provider,
            meeting,
            messaging,
            "",
            "US",
            where.name,
        ]
        found.append(Person(row, address, where.name, mode))
    return found


def waves(everybody: Sequence[Person]) -> list[list[str]]:
    """A department or two a Friday, every second week."""
    found = [["address", "wave", "mode"]]
    for n, departments in enumerate(WAVES):
        at = (FRIDAY + timedelta(weeks=2 * n)).isoformat()
        for each in everybody:
            if each.department in departments and each.mode != "TeamsOnly" and each.row[4] not in LEFT_OUT:
                found.append([each.address, at, "TeamsOnly"])
    return found


LEFT_OUT = ("HybridOnlineActiveDirectoryDisabledUser", "PureOnlineApplicationInstance")


def contacts(chance: Random, everybody: Sequence[Person]) -> list[list[str]]:
    """Who talks to whom in a week: most within a team, some within a department, the rest across, some outside."""
    sizes = Counter(each.department for each in everybody)
    teams = {each.address: (each.department, chance.randrange(1 + sizes[each.department] // 12)) for each in everybody}
    pairs: dict[tuple[str, str], int] = {}
    for each in everybody:
        team = [p for p in everybody if teams[p.address] == teams[each.address] and p is not each]
        department = [p for p in everybody if p.department == each.department and p is not each]
        for some, most, length in ((team, 5, 40), (department, 2, 15), (everybody, 3, 10)):
            for other in chance.sample(some, min(len(some), chance.randrange(most + 1))):
                if other is not each:
                    pairs[each.address, other.address] = max(1, round(chance.expovariate(1 / length)))
        if chance.random() < 0.15:
            pairs[each.address, f"someone@{chance.choice(PARTNERS)[0]}"] = max(1, round(chance.expovariate(1 / 20)))
    return [["a", "b", "minutes"], *([a, b, str(minutes)] for (a, b), minutes in sorted(pairs.items()))]


def written(rows: Sequence[Sequence[str]], quoting: int = csv.QUOTE_MINIMAL) -> str:
    """Rows as CSV."""
    text = io.StringIO()
    csv.writer(text, quoting=quoting, lineterminator="\r\n").writerows(rows)  # type: ignore[call-overload]
    return text.getvalue()


def made(users: str) -> dict[str, str]:
    """The text of every file, given that of the users, of whom the first are kept."""
    first, *rest = users.replace("\r\n", "\n").splitlines()
    table = list(csv.reader(rest[: KEPT + 1]))
    header = [name for name in table[0] if name != "Department"] + ["Department"]
    chance = Random(2026)
    everybody = people(chance, header, [row[: len(header) - 1] for row in table[1:]])
    talking = [each for each in everybody if each.row[4] not in LEFT_OUT]
    return {
        "users.csv": f"{first}\r\n{written([header, *(each.row for each in everybody)], csv.QUOTE_ALL)}",
        "waves.csv": written(waves(everybody)),
        "contacts.csv": written(contacts(chance, talking)),
        "partners.csv": written([["domain", "mode", "people"], *([a, b, str(n)] for a, b, n in PARTNERS)]),
    }


def main() -> None:
    """Write the files."""
    users = (DATA / "users.csv").read_text(encoding="utf-8")
    for name, text in made(users).items():
        (DATA / name).write_text(text, encoding="utf-8", newline="")


if __name__ == "__main__":
    main()
