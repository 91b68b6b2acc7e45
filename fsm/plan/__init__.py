"""What changes for whom when people move: an organisation's waves, compared over every pair of people, exactly.

A **plan** is an organisation as exported, and waves of people who move. People with the same facts are of one **kind**;
what two kinds can do with each other is asked of the tables once, by playing conversations; and pairs of people are
counted by multiplication. So 100,000 people are ten thousand million ordered pairs, and some seconds.

It needs numpy and pyarrow: ``pip install 'interop-fsm[plan]'``.
"""

try:
    import numpy  # noqa: F401
    import pyarrow  # type: ignore[import-untyped]  # noqa: F401
except ModuleNotFoundError as error:
    raise ImportError(f"planning needs {error.name}; pip install 'interop-fsm[plan]'") from None

from fsm.plan.comparison import Comparison, Count, Difference, Ending, Fix, Tally, compare
from fsm.plan.contacts import ContactsError, Read, read_contacts
from fsm.plan.files import waves_csv, write_csv, write_parquet
from fsm.plan.html import page
from fsm.plan.letters import Letter
from fsm.plan.opened import Turn
from fsm.plan.partners import Partners, read_partners
from fsm.plan.people import Column, Contacts, Courses, Crowd, People
from fsm.plan.plan import Plan, Reason, Why
from fsm.plan.questions import QUESTIONS, Answer, Question, answers
from fsm.plan.report import Person, Report, Stage, persons, report, schema
from fsm.plan.waves import Wave, Waves, move, read_waves

__all__ = [
    "QUESTIONS",
    "Answer",
    "Column",
    "Comparison",
    "Contacts",
    "ContactsError",
    "Count",
    "Courses",
    "Crowd",
    "Difference",
    "Ending",
    "Fix",
    "Letter",
    "Partners",
    "People",
    "Person",
    "Plan",
    "Question",
    "Read",
    "Reason",
    "Report",
    "Stage",
    "Tally",
    "Turn",
    "Wave",
    "Waves",
    "Why",
    "answers",
    "compare",
    "move",
    "page",
    "persons",
    "read_contacts",
    "read_partners",
    "read_waves",
    "report",
    "schema",
    "waves_csv",
    "write_csv",
    "write_parquet",
]
