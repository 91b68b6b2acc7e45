"""What is asked for on the command line: users, places, options."""
