"""Where conversations live: hosts, which keep them, and runtimes of other projects, fed from the same tables."""
