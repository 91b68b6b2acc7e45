"""Make the file anew."""

from fsm.notation.files import write
from tests.earlier import SHIPPED, text

write(SHIPPED, text().encode())
