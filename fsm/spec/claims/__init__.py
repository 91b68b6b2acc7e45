"""What is claimed of the specification, beside the tables that it is claimed of."""

from fsm.spec.claims.always import ALWAYS
from fsm.spec.claims.answers import ANSWERED
from fsm.spec.claims.call import CALL
from fsm.spec.claims.chat import CHAT
from fsm.spec.claims.editions import EDITED
from fsm.spec.claims.lasting import CLOSED
from fsm.spec.claims.meeting import MEETING
from fsm.spec.claims.routing import ROUTING

CLAIMS = (*CLOSED, *ALWAYS, *ANSWERED, *ROUTING, *EDITED, *CHAT, *CALL, *MEETING)
"""Every one, the most general first."""
