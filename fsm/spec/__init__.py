"""The specification: declarations only. Start with ``conversation``; rules are in ``rules``."""
