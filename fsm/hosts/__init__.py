"""Where conversations live besides the engine: runtimes of other projects, fed from the same tables."""
