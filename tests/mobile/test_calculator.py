"""The calculator calculates right: against Python's own arithmetic, and against a pocket's."""

import ast
import operator
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobile.core import calculator
from mobile.core.calculator import BLANK, DIGITS, KEYS, OPERATORS, Sum, shown

MINUS = OPERATORS[1]
PYTHON = dict(zip(OPERATORS, "+-*/", strict=True))
MEANING: dict[type, Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def after(keys: str, known: Sum = BLANK) -> Sum:
    for key in keys.replace("-", MINUS).replace("*", "×").replace("/", "÷"):
        known = calculator.pressed(known, key)
    return known


def says(keys: str) -> str:
    return shown(after(keys)).replace(MINUS, "-")


@pytest.mark.parametrize(
    ("keys", "number"),
    [
        ("", "0"),
        ("007", "7"),
        ("1.2.3", "1.23"),
        (".5+.5=", "1"),
        ("0.1+0.2=", "0.3"),
        ("2+3*4=", "14"),
        ("2*3+4*5=", "26"),
        ("8/4/2=", "1"),
        ("1-2-3=", "-4"),
        ("1/3*3=", "1"),
        ("2/3=", "0.666666666666667"),
        ("5±+8=", "3"),
        ("5±±=", "5"),
        ("9+=", "9"),
        ("9+-*2=", "18"),
        ("5=", "5"),
        ("5=6", "6"),
        ("5=+6=", "11"),
        ("200+10%=", "220"),
        ("200-10%=", "180"),
        ("200*10%=", "20"),
        ("200/10%=", "2000"),
        ("100+50*10%=", "105"),
        ("100+50*2+10%=", "220"),
        ("50%", "0.5"),
        ("50%7", "7"),
        ("+5=", "5"),
        ("12⌫3=", "13"),
        ("1⌫⌫4", "4"),
        ("7±⌫8", "8"),
        ("999999999999999+1=", "1 × 10^15"),
        ("999999999999999*999999999999999=", "9.99999999999998 × 10^29"),
        ("1/3/1000000000=", "3.33333333333333 × 10^-10"),
        ("1234567890123456", "123456789012345"),
        ("12+3C", "0"),
        ("%", "0"),
        ("±", "0"),
    ],
)
def test_it_says_what_a_pocket_calculator_says(keys: str, number: str) -> None:
    assert says(keys) == number


@pytest.mark.parametrize("keys", ["1/0=", "0/0=", "5-5/0=", "1/0+3=", "7/0+5%"])
def test_nothing_is_divided_by_zero_and_the_next_key_begins_anew(keys: str) -> None:
    broken = after(keys)
    assert broken.is_broken
    assert shown(broken) == ""
    assert shown(after("4", broken)) == "4"


def test_a_language_has_its_own_decimal_point_and_the_digits_stay() -> None:
    assert shown(after("12.5"), ",") == "12,5"
    assert calculator.line(after("12.5+"), ",") == "12,5 +"


numbers = st.one_of(
    st.integers(0, 10**DIGITS - 1).map(str),
    st.tuples(st.integers(0, 10**8), st.text("0123456789", min_size=1, max_size=6)).map(
        lambda parts: f"{parts[0]}.{parts[1]}"
    ),
)
sums = st.tuples(numbers, st.lists(st.tuples(st.sampled_from(OPERATORS), numbers), max_size=8))


def by_python(text: str) -> Fraction:
    """The same sum by Python's own precedence."""

    def of(node: ast.expr) -> Fraction:
        if isinstance(node, ast.BinOp):
            return MEANING[type(node.op)](of(node.left), of(node.right))
        assert isinstance(node, ast.Call)
        (argument,) = node.args
        assert isinstance(argument, ast.Constant)
        return Fraction(str(argument.value))

    return of(ast.parse(text, mode="eval").body)


@given(sums)
def test_every_sum_is_what_python_makes_of_it(given_sum: tuple[str, list[tuple[str, str]]]) -> None:
    first, rest = given_sum
    keys = first + "".join(sign + number for sign, number in rest) + "="
    text = f"F('{first}')" + "".join(f"{PYTHON[sign]}F('{number}')" for sign, number in rest)
    try:
        expected = by_python(text)
    except ZeroDivisionError:
        assert after(keys).is_broken
        return
    assert after(keys).result == expected


def as_number(text: str) -> Decimal:
    digits, _, power = text.replace(MINUS, "-").partition(" × 10^")
    return Decimal(digits).scaleb(int(power or 0))


@given(st.fractions(), st.integers(-30, 30))
def test_what_is_written_is_the_number_rounded_to_fifteen_digits(
    number: Fraction, power: int
) -> None:
    number *= Fraction(10) ** power
    with localcontext(prec=DIGITS, rounding=ROUND_HALF_UP):
        expected = Decimal(number.numerator) / Decimal(number.denominator)
    text = calculator.written(number)
    assert as_number(text) == expected
    assert sum(sign.isdigit() for sign in text.partition(" ×")[0]) <= DIGITS + 8


@given(st.lists(st.sampled_from(KEYS), max_size=40))
def test_no_row_of_keys_breaks_it(keys: list[str]) -> None:
    known = after("".join(keys))
    text = shown(known)
    assert known.is_broken or any(sign.isdigit() for sign in text)
    assert len(calculator.line(known).split()) == 2 * len(known.pending) or "×" in text + str(known)
