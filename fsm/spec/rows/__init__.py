"""Rows that several states share, by what they are about. The tables name them; nothing is decided here twice."""
