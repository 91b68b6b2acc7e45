"""SIP out of traces of every kind."""
