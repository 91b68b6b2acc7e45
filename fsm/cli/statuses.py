"""Exit statuses, as ``fsm --help`` says them and as shells report signals."""

NO = 1
"""The answer is no."""
NONE = 2
"""There is no answer."""
INTERRUPTED = 130
"""Ctrl-C ended it."""
UNHEARD = 141
"""Nobody listens any more."""
STOPPED = 128
"""What is added to the number of another signal that ended it."""
