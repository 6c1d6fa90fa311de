"""Decisions: time and state come in, an answer goes out. No I/O, no clock, no log."""
