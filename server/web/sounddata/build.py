"""Makes the board's two sounds: the alarm, and the softer one for "a contact answered".

    python -m server.web.sounddata.build

Two falling thirds carry through a noisy room without being mistaken for a siren or a phone; the
answer is one bell-like tone. Both fade in and out, so that no loudspeaker clicks.
"""

import math
import struct
import wave
from collections.abc import Sequence
from pathlib import Path

SOUNDS = Path(__file__).parent.parent / "static" / "sound"
RATE = 16_000
FADE = 0.012  # seconds

Note = tuple[float, float, float]  # starts at (s), lasts (s), pitch (Hz)

E5, C5, A5 = 659.26, 523.25, 880.0
ALARM: Sequence[Note] = [
    (start + repeat, 0.22, pitch) for repeat in (0.0, 0.7) for start, pitch in ((0, E5), (0.24, C5))
]
ANSWERED: Sequence[Note] = [(0, 0.6, A5)]


def tone(pitch: float, at: float, lasts: float, *, bell: bool) -> float:
    """One note's sample `at` seconds after its start: a fundamental and two quieter partials."""
    if not 0 <= at < lasts:
        return 0.0
    body = sum(
        math.sin(2 * math.pi * pitch * partial * at) * share
        for partial, share in ((1, 0.7), (2, 0.2), (3, 0.1))
    )
    envelope = min(1.0, at / FADE, (lasts - at) / FADE)
    return body * envelope * (math.exp(-5 * at) if bell else 1.0)


def rendered(notes: Sequence[Note], loudness: float, *, bell: bool) -> bytes:
    length = max(start + lasts for start, lasts, _ in notes)
    samples = (
        sum(tone(pitch, i / RATE - start, lasts, bell=bell) for start, lasts, pitch in notes)
        for i in range(round(length * RATE))
    )
    return b"".join(struct.pack("<h", round(32_000 * loudness * sample)) for sample in samples)


def write(name: str, frames: bytes) -> None:
    with wave.open(str(SOUNDS / name), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(frames)


if __name__ == "__main__":
    write("alarm.wav", rendered(ALARM, 0.9, bell=False))
    write("answered.wav", rendered(ANSWERED, 0.35, bell=True))
