"""SIP as Skype for Business writes it down: what a client logs, what a server traces, or messages as plain text."""
