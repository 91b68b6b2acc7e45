"""``python -m fsm.cli`` is ``fsm``."""

from fsm.cli import main

main()
