"""Making suites: what they are to cover, and the event sequences that do."""
