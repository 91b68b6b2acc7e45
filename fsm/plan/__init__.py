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

from fsm.plan.comparison import Change, Comparison, Count, Ending, Fix, Tally, compare
from fsm.plan.contacts import ContactsError, read_contacts
from fsm.plan.files import waves_csv, write_csv, write_parquet
from fsm.plan.html import page
from fsm.plan.partners import Partners, read_partners
from fsm.plan.people import Contacts, Crowd, People
from fsm.plan.plan import Plan, Why
from fsm.plan.questions import QUESTIONS, Answer, Question, answers
from fsm.plan.report import Person, Report, persons, report, schema
from fsm.plan.waves import Wave, Waves, move, read_waves

__all__ = [
    "QUESTIONS",
    "Answer",
    "Change",
    "Comparison",
    "Contacts",
    "ContactsError",
    "Count",
    "Crowd",
    "Ending",
    "Fix",
    "Partners",
    "People",
    "Person",
    "Plan",
    "Question",
    "Report",
    "Tally",
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
