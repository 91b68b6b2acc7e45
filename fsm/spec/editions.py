"""The product at a date (group ED): who exists, and what is taken of a user where nothing is said.

An edition adds no rule and changes no table: whoever exists in one behaves as in the base (ED-4). It says who
can be there; routing and the lifecycles do not look at it.

=======  ===============  ==============================  ===============================================
Edition  SfB online       SfB account of TeamsOnly users  Taken where nothing is said
=======  ===============  ==============================  ===============================================
base     in every mode    some have one                   homed online, with an SfB account
2021-08  nobody           some have one                   homed on-premises unless TeamsOnly
2022-10  nobody           none                            the same, and TeamsOnly without an SfB account
=======  ===============  ==============================  ===============================================

That nobody is TeamsOnly and homed on-premises holds in every edition, and a Participant refuses it (MODE-2). That an
organisation without SfB on-premises has TeamsOnly users only then follows: everybody in it is homed online (ED-2).
What is said of a user stays as it is said: an edition fills in what is not, and judges what comes of it. SfB Online is
taken as a whole: the guidance goes on naming users of SfB Online by 21Vianet for a while, and here they end with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from fsm.notation import PARTIES
from fsm.notation.echo import echo
from fsm.spec.parties import Homing, IslandsInterop, Mode, Pairing, Participant, choose
from fsm.spec.sources import COEXISTENCE, INTEROPERABILITY, RETIREMENT

if TYPE_CHECKING:
    from typing import Unpack

    from fsm.spec.names import EditionName, Facts, ModeName


class Absent(NamedTuple):
    """People who do not exist.

    Args:
        field: the fact of theirs to look at first, as a Participant names it.
        when: whom it is about.
        says: what is so in the edition instead.
        rule: the rule that says so.
        remedy: what to do about somebody like that.
    """

    field: str
    when: Callable[[Participant], bool]
    says: str
    rule: str
    remedy: str


class Taken(NamedTuple):
    """What is taken of a user where nothing is said, by the names of a Participant's fields."""

    homing: Homing
    has_sfb_client: bool


class Problem(NamedTuple):
    """Why somebody does not exist in an edition.

    Args:
        edition: the name of the edition.
        field: the fact to look at; of a pairing with the party in front, as in ``originator.mode``.
        value: that fact.
        rule: the rule it contradicts.
        message: what is so in the edition instead.
        remedy: what to do about it.
    """

    edition: str
    field: str
    value: object
    rule: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return (
            f"{self.field}: {self.value} does not fit edition {self.edition}, in which {self.message} "
            f"({self.rule}); {self.remedy}"
        )


class Edition(NamedTuple):
    """The product at a date.

    Args:
        name: what it is called.
        since: the month from which it holds.
        says: what sets it apart, in a sentence.
        source: the document that says so, and its date.
        islands: the reading of interop for Islands users that the routing tables published for it follow (ISL-1). A
            pairing has a reading of its own, which stays as it is.
        nobody: who does not exist.
        teams_only: what is taken of a TeamsOnly user.
        others: what is taken of everybody else.
    """

    name: EditionName
    since: str
    says: str
    source: str
    islands: IslandsInterop
    nobody: tuple[Absent, ...]
    teams_only: Taken
    others: Taken

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<Edition {self.name}: {self.says}>"

    def taken(self, mode: Mode) -> Taken:
        """What is taken of a user of this mode where nothing is said."""
        return self.teams_only if mode is Mode.TEAMS_ONLY else self.others

    def participant(self, address: str, mode: Mode | ModeName, **facts: Unpack[Facts]) -> Participant:
        """A user of whom this edition fills in what ``facts`` leave out. Whether they exist, ``problems`` tells.

        Raises:
            ValueError: as of a Participant.
        """
        chosen = choose(Mode, mode, "mode")
        said: dict[str, Any] = {**self.taken(chosen)._asdict(), **facts}
        return Participant(address, chosen, **said)

    def problems(self, who: Participant | Pairing) -> tuple[Problem, ...]:
        """Why a user, or either of a pairing, does not exist in this edition; nothing if they do (ED-2, ED-3).

        Raises:
            ValueError: it is neither.
        """
        if not isinstance(who, (Participant, Pairing)):
            raise ValueError(f"who: {echo(who)} is not accepted; give a Participant or a Pairing")
        if isinstance(who, Pairing):
            each = ((side, problem) for side in PARTIES for problem in self.problems(getattr(who, side)))
            return tuple(problem._replace(field=f"{side}.{problem.field}") for side, problem in each)
        return tuple(
            Problem(self.name, row.field, getattr(who, row.field), row.rule, row.says, row.remedy)
            for row in self.nobody
            if row.when(who)
        )


SFB_ONLINE = Absent(
    "mode",
    lambda who: who.homing is Homing.ONLINE and who.mode is not Mode.TEAMS_ONLY,
    "whoever is homed online is TeamsOnly",
    "ED-2",
    "home the user on-premises, or make them TeamsOnly",
)
SFB_ACCOUNT_LEFT = Absent(
    "has_sfb_client",
    lambda who: who.mode is Mode.TEAMS_ONLY and who.has_sfb_client,
    "no TeamsOnly user has an SfB account, and they join SfB meetings anonymously",
    "ED-3",
    "use false",
)

TABLES = f"tables: {COEXISTENCE.title}, {COEXISTENCE.publisher}"
RETIRED = f"{RETIREMENT.title}, {RETIREMENT.publisher}"

EDITIONS: Mapping[EditionName, Edition] = {
    each.name: each
    for each in (
        Edition(
            name="base",
            since="2019-07",
            says="Teams beside SfB, online and on-premises: the product that the rules were written of (ED-1)",
            source=f"{INTEROPERABILITY.title}, July 2019 to July 2021; {TABLES}, before August 2021",
            islands=IslandsInterop.AS_ROUTED,
            nobody=(),
            teams_only=Taken(Homing.ONLINE, has_sfb_client=True),
            others=Taken(Homing.ONLINE, has_sfb_client=True),
        ),
        Edition(
            name="2021-08",
            since="2021-08",
            says="SfB Online was retired on 31 July 2021: only SfB on-premises is left beside Teams (ED-2)",
            source=f"{RETIRED}, 31 July 2021; {TABLES}, from August 2021 on",
            islands=IslandsInterop.AS_ROUTED,
            nobody=(SFB_ONLINE,),
            teams_only=Taken(Homing.ONLINE, has_sfb_client=True),
            others=Taken(Homing.ON_PREM, has_sfb_client=True),
        ),
        Edition(
            name="2022-10",
            since="2022-10",
            says="TeamsOnly users have no SfB account any more; those created as such, since 30 June 2022 (ED-3)",
            source=f"{RETIRED}, October 2022; {TABLES}, from August 2021 on",
            islands=IslandsInterop.AS_ROUTED,
            nobody=(SFB_ONLINE, SFB_ACCOUNT_LEFT),
            teams_only=Taken(Homing.ONLINE, has_sfb_client=False),
            others=Taken(Homing.ON_PREM, has_sfb_client=True),
        ),
    )
}
"""Every edition by name, in order of time."""
NEWEST = tuple(EDITIONS.values())[-1]


def named(edition: Edition | str | None) -> Edition:
    """An edition by its name, or itself; the newest where none is given.

    Raises:
        ValueError: there is no such edition.
    """
    if isinstance(edition, Edition):
        return edition
    if edition is None:
        return NEWEST
    if not isinstance(edition, str) or edition not in EDITIONS:
        raise ValueError(f"edition: {echo(edition)} is not accepted; use one of {', '.join(EDITIONS)}")
    return EDITIONS[cast("EditionName", edition)]
