"""Which language to write in where nothing is known but the number."""

from shared.wire import Locale

# Of the languages that texts are in, the one most read in the country. English is for all others,
# and where a neighbour's language would be understood but not welcome.
_PREFIXES: dict[Locale, str] = {
    "fr": "33 221 223 224 225 226 227 228 229 235 236 237 241 242 243 253 257 261 262 269 352 377 "
    "508 509 590 594 596 681 687 689",
    "es": "34 51 52 53 54 56 57 58 240 502 503 504 505 506 507 591 593 595 598 1787 1809 1829 1849 "
    "1939",
    "pt": "55 238 239 244 245 258 351 670",
    "ar": "20 212 213 216 218 222 249 961 962 963 964 965 966 967 968 970 971 973 974",
    "ru": "7 375 992 993 996 998",
    "zh": "86 852 853 886",
    "fa": "93 98",
    "tr": "90",
    "mn": "976",
    "my": "95",
    "am": "251",
}
_LONGEST = 4
BY_PREFIX: dict[str, Locale] = {
    prefix: locale for locale, prefixes in _PREFIXES.items() for prefix in prefixes.split()
}


def likely(phone: str) -> Locale:
    """`phone` in E.164. No prefix begins with another one, so that the first found is it."""
    prefixes = (phone[1 : 1 + length] for length in range(1, _LONGEST + 1))
    return next((BY_PREFIX[prefix] for prefix in prefixes if prefix in BY_PREFIX), "en")
