"""Examples may take their time on a busy machine: what they find counts, not how long it took."""

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
