"""Promela, the language of the model checker SPIN: one conversation, between two users, with its properties.

The state vector is where the four lifecycles stand, and nothing else: what a step needs for itself is hidden from it,
or empty again when the step is over. A step is atomic, so the states that SPIN stores are the places that the
conversation can come to. An event that would be refused is not executable.

Timers that run are processes of their own: under weak fairness one that nothing stops goes off. All other events come
from one process, which may fire them or not. The properties that ``fsm check`` proves are asserted: those of every step
after each, those of every place as a step begins there, except what is about refusals. That no signal is lost or
refused, and that signals come to an end, is asserted where they are heard. That waiting ends is a formula of linear
temporal logic, of which SPIN makes a never-claim.
"""

from fsm.export.promela.model import text

__all__ = ["text"]
