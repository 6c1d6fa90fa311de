"""Whether a number can be anybody's: as long as numbers of its country are."""

import phonenumbers


def is_plausible(number: str) -> bool:
    """`number` in E.164. One that is not handed out today may be tomorrow, and counts."""
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False
