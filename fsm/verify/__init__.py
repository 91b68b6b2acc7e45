"""The proof: every place that any two people can bring their conversation to, and what holds in all of them.

``check`` runs it. A file of properties of one's own declares them in the same way as ``fsm.spec.claims``:

    from fsm.verify import at_every_step

    PROPERTIES = [
        at_every_step(
            "no-voicemail", "nobody is put through to voicemail", "", lambda step: not step.sent("connect_voicemail")
        ),
    ]
"""

from fsm.notation import Claim, Place, Step, at_every_step, in_every_place, of_every_pairing, of_the_space, tells
from fsm.space.reachable import Space
from fsm.verify.broken import Broken, breaches
from fsm.verify.check import Counterexample, Report, Result, check, properties_from
from fsm.verify.general import GENERAL
from fsm.verify.properties import PROPERTIES, kept_by
from fsm.verify.trace import Move, Trace

__all__ = [
    "GENERAL",
    "PROPERTIES",
    "Broken",
    "Claim",
    "Counterexample",
    "Move",
    "Place",
    "Report",
    "Result",
    "Space",
    "Step",
    "Trace",
    "at_every_step",
    "breaches",
    "check",
    "in_every_place",
    "kept_by",
    "of_every_pairing",
    "of_the_space",
    "properties_from",
    "tells",
]
