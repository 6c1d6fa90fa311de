"""The machine around the brain: the desktop's position and key, and the line to the server."""
