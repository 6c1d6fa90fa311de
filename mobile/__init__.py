"""The phone client: a press that is kept, sent until stored, and shown as far as it got."""
