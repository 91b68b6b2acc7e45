"""What is claimed of any specification in this notation, whatever it is about."""

from fsm.verify.general.explanations import EXPLANATIONS
from fsm.verify.general.kinds import KINDS
from fsm.verify.general.liveness import LIVENESS
from fsm.verify.general.remedies import REMEDIES
from fsm.verify.general.structure import STRUCTURE, structure

GENERAL = (*STRUCTURE, *EXPLANATIONS, *KINDS, *REMEDIES, *LIVENESS)
"""Every one."""

__all__ = ["GENERAL", "STRUCTURE", "structure"]
