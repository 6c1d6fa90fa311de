"""The phone's brain: what is kept, sent and said. No window, no socket, no Android."""
