"""``python -m fsm`` is ``fsm``."""

from fsm.cli import main

main()
