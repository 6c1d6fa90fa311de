"""What Twilio is told to do on a call, in its own language, TwiML."""

from twilio.twiml.voice_response import Gather, VoiceResponse

from shared.texts.spoken import Spoken

WAIT = 6  # seconds for a key, once everything is said


def menu(spoken: Spoken, action: str, times: int = 2) -> str:
    """Says it, waits for one key, says it again; a key goes to `action`. Without one it hangs up.

    Everything is in the call's own request: it is said, and said again, also while we are away.
    """
    response = VoiceResponse()
    for _ in range(times):
        gather = Gather(action=action, method="POST", num_digits=1, timeout=WAIT)
        gather.say(spoken.words, voice=spoken.voice, language=spoken.language)
        response.append(gather)
    response.hangup()
    return str(response)


def last_word(spoken: Spoken) -> str:
    """Says it and hangs up."""
    response = VoiceResponse()
    response.say(spoken.words, voice=spoken.voice, language=spoken.language)
    response.hangup()
    return str(response)


def hang_up() -> str:
    response = VoiceResponse()
    response.hangup()
    return str(response)
