"""Why a log does not follow: the fewest edits of each conversation that the tables accept.

    report = align("examples/conversations.jsonl")
    [(str(each.edit), each.edit.rule) for each in report.groups]
    report.fitness, report.precision

``fsm.replay`` tells the first event at which a conversation departs. Here all of it is explained, by an **alignment**:
an event of the log is extra, one is missing from it, one was fired by the wrong party, or what was seen of it is
otherwise. Each is one edit, and an alignment has as few of them as there can be: no other way to accept the
conversation costs less. That is found exactly, for the automaton of a pairing is deterministic and small. Timers that
expire are events by the service, and may be missing or extra as any other.

- A log may stop anywhere, and so may an alignment: nothing has to come after its last event.
- Changes of the pairing are never extra and never missing. An event that is extra may have told of one, which counts.
- An event that the log has as refused is no step. It is extra, or seen otherwise, where the tables accept it.
- Of alignments that cost the same one is taken that follows the log long; what is missing is missing as late as it may
  be.
- Conversations that are alike are a **variant**, which is aligned once.
- A conversation with a line that cannot be read is aligned up to there. Events that may have come in any order are
  taken in the order of the log.

Edits that are the same, by the same rule, are a group. It says in which states they are made; ``Report.example`` shows
one of its conversations step by step, and ``page`` tells all of it as HTML. ``accepted`` reads a file of those to set
aside, ``earlier`` the report to compare with. Fitness counts what is set aside all the same.

**Fitness** is that of process mining: an alignment's cost, by the cost of taking every event for extra, from 1.
**Precision** is that of escaping edges, with places of the tables where others count beginnings of conversations: of
what is possible there, how much the log does.
"""

from __future__ import annotations

try:
    import numpy  # noqa: F401
except ModuleNotFoundError as error:
    raise ImportError(f"aligning needs {error.name}; pip install 'interop-fsm[bulk]'") from None

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from fsm.readers.csvfile import Progress
from fsm.readers.log import Log, Source
from fsm.replay.align.edits import Edit, Kind
from fsm.replay.align.example import Example, Step
from fsm.replay.align.gather import Gatherer
from fsm.replay.align.given import Accepted, accepted, earlier
from fsm.replay.align.html import page
from fsm.replay.align.letters import Alphabet
from fsm.replay.align.report import Group, Report, Since, Trend, Where
from fsm.replay.follow import followed
from fsm.replay.pairings import Pairings
from fsm.replay.report import Report as Followed
from fsm.space.arrays import Tables
from fsm.spec.parties import Pairing, Participant

if TYPE_CHECKING:
    from typing import Unpack

    from fsm.spec.names import Surroundings


__all__ = [
    "Accepted",
    "Edit",
    "Example",
    "Group",
    "Kind",
    "Report",
    "Since",
    "Step",
    "Trend",
    "Where",
    "accepted",
    "align",
    "earlier",
    "page",
]


def align(
    log: Source | Log,
    *,
    set_aside: Sequence[Accepted] = (),
    since: Mapping[Edit, int] | None = None,
    unit_costs: bool = False,
    format: str | None = None,
    name: str = "",
    between: Pairing | None = None,
    users: Mapping[str, Participant] | None = None,
    skip_bad: bool = False,
    progress: Progress | None = None,
    columns: Mapping[str, str] | None = None,
    **surroundings: Unpack[Surroundings],
) -> Report:
    """Align the conversations of a log.

    Of each conversation its events are kept, at twelve bytes an event.

    Args:
        log: as of ``fsm.replay.replay``, and so are all that are not told here.
        set_aside: deviations that are accepted.
        since: how often each edit was in an earlier report.
        unit_costs: take an event by the wrong party for two edits, one that is extra and one that is missing, as tools
            do that know no parties.
        format: how the file is written.
        name: what messages call it.
        between: the two where the log does not say.
        users: by address.
        skip_bad: pass over lines that cannot be read.
        progress: called with bytes done and bytes in all.
        columns: what the file calls columns of ours.
        surroundings: what a Pairing takes besides its two.

    Raises:
        LogError: as of ``replay``.
        ValueError: as of ``replay``.
    """
    read = log if isinstance(log, Log) else Log(log, format, name, progress, columns)
    pairings = Pairings(between, users or {}, dict(surroundings))
    alphabet = Alphabet(Tables(), unit_costs)
    gatherer = followed(read, lambda held: Gatherer(pairings, alphabet, held), skip_bad)
    return Report(Followed(read, gatherer), gatherer, alphabet, set_aside, since)
