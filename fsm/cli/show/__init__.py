"""How what the library tells is shown: to people on a terminal, to programs as JSON."""
