"""A pocket calculator that is right: exact fractions inside, fifteen digits outside."""

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Final

DIGITS: Final = 15
OPERATORS: Final = "+–×÷"
KEYS: Final = ("C", "±", "%", "⌫", *"0123456789", ".", *OPERATORS, "=")

Pending = tuple[tuple[Fraction, str], ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """Numbers with the operator after each, then a number being typed or worked out."""

    pending: Pending = ()
    typed: str = ""
    result: Fraction | None = None
    is_broken: bool = False

    @property
    def number(self) -> Fraction | None:
        return Fraction(self.typed) if self.typed.strip("-") else self.result


BLANK: Final = Sum()
BROKEN: Final = Sum(is_broken=True)


def pressed(known: Sum, key: str) -> Sum:
    """What one more key makes of it."""
    if key == "C":
        return BLANK
    if known.is_broken:
        known = BLANK
    if key.isdecimal() or key == ".":
        return _typed(known, key)
    if key in OPERATORS:
        return _with_operator(known, key)
    match key:
        case "±":
            return _negated(known)
        case "⌫":
            return _shorter(known)
        case "%":
            return _percent(known)
        case "=":
            return _worked_out(known)
    raise ValueError("no such key")


def shown(known: Sum, point: str = ".") -> str:
    """The number on the display; empty where there is nothing to divide by zero into."""
    if known.is_broken:
        return ""
    if known.typed:
        text = known.typed.replace("-", "–")
        return text.replace(".", point)
    number = known.result
    if number is None:
        number = known.pending[-1][0] if known.pending else Fraction(0)
    return written(number, point)


def line(known: Sum, point: str = ".") -> str:
    """What stands before the number: 12 + 3 ×"""
    return " ".join(f"{written(number, point)} {sign}" for number, sign in known.pending)


def written(number: Fraction, point: str = ".") -> str:
    """At most fifteen digits, rounded as people round; beyond that a power of ten."""
    context = Context(prec=DIGITS, rounding=ROUND_HALF_UP)
    rounded = context.divide(Decimal(number.numerator), Decimal(number.denominator))
    rounded = rounded.normalize(context)
    size = rounded.adjusted()
    if -7 <= size < DIGITS:
        text = f"{rounded:f}"
    else:
        digits = "".join(str(d) for d in rounded.as_tuple().digits)
        sign = "-" if rounded.is_signed() else ""
        fraction = f".{digits[1:]}" if digits[1:] else ""
        text = f"{sign}{digits[0]}{fraction} × 10^{size}"
    return text.replace("-", "–").replace(".", point)


def value(pending: Pending, last: Fraction) -> Fraction:
    """Times and divided before plus and minus. Raises ZeroDivisionError."""
    total, sign, product = Fraction(0), 1, None
    for number, operator in (*pending, (last, "+")):
        factor = number if product is None else _multiplied(product, number)
        if operator in "×÷":
            product = (factor, operator)
            continue
        total += sign * factor
        sign, product = (-1 if operator == "–" else 1), None
    return total


def _multiplied(product: tuple[Fraction, str], number: Fraction) -> Fraction:
    before, operator = product
    return before * number if operator == "×" else before / number


def _typed(known: Sum, key: str) -> Sum:
    typed = known.typed
    if key == ".":
        typed = typed if "." in typed else (typed or "0") + "."
    elif sum(sign.isdigit() for sign in typed) < DIGITS:
        typed = (typed[:-1] if typed in ("0", "-0") else typed) + key
    return replace(known, typed=typed, result=None)


def _with_operator(known: Sum, operator: str) -> Sum:
    number = known.number
    if number is None and known.pending:
        return replace(known, pending=(*known.pending[:-1], (known.pending[-1][0], operator)))
    return Sum(pending=(*known.pending, (number or Fraction(0), operator)))


def _negated(known: Sum) -> Sum:
    if known.typed:
        typed = known.typed[1:] if known.typed.startswith("-") else f"-{known.typed}"
        return replace(known, typed=typed)
    return known if known.result is None else replace(known, result=-known.result)


def _shorter(known: Sum) -> Sum:
    if not known.typed:
        return replace(known, result=None)
    typed = known.typed[:-1]
    return replace(known, typed="" if typed == "-" else typed)


def _percent(known: Sum) -> Sum:
    """Of what stands before a plus or minus (200 + 10 % is 220); a hundredth anywhere else."""
    number = known.number
    if number is None:
        return known
    whole = Fraction(1)
    try:
        if known.pending and known.pending[-1][1] in "+–":
            whole = value(known.pending[:-1], known.pending[-1][0])
    except ZeroDivisionError:
        return BROKEN
    return Sum(pending=known.pending, result=whole * number / 100)


def _worked_out(known: Sum) -> Sum:
    number, pending = known.number, known.pending
    if number is None:
        if not pending:
            return known
        number, pending = pending[-1][0], pending[:-1]
    try:
        return Sum(result=value(pending, number))
    except ZeroDivisionError:
        return BROKEN
