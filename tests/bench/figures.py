"""Medians, ranges and percentiles, rounded to what a shared machine can tell."""

from collections.abc import Sequence
from statistics import median
from typing import TypedDict


class Figure(TypedDict):
    """A figure over the rounds."""

    median: float
    min: float
    max: float


def figure(values: Sequence[float]) -> Figure:
    return Figure(median=tidy(median(values)), min=tidy(min(values)), max=tidy(max(values)))


def figures(rounds: Sequence[dict[str, float]]) -> dict[str, Figure]:
    """One figure for each name that every round has."""
    return {name: figure([found[name] for found in rounds]) for name in rounds[0]}


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that so many percent do not exceed; NaN of nothing."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def tidy(value: float) -> float:
    return float(f"{value:.3g}")
