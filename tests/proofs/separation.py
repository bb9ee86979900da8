"""How well two samples of durations can be told apart, without assuming anything of their shape."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from statistics import median


def auc(first: Sequence[float], second: Sequence[float]) -> float:
    """The chance to name which of two is the longer kind, from 0.5 (none) to 1.0 (always).

    The area under the ROC curve of the best threshold rule either way: Mann and Whitney's U.
    """
    ordered = sorted(second)
    # Equal durations count half.
    below = sum(bisect_left(ordered, one) + bisect_right(ordered, one) for one in first) / 2
    share = below / (len(first) * len(second))
    return max(share, 1 - share)


def chance_bound(n: int, deviations: float) -> float:
    """What the AUC of two alike samples of `n` stays below, this many standard errors out."""
    return 0.5 + deviations * math.sqrt((2 * n + 1) / (12 * n * n))


def median_gap(first: Sequence[float], second: Sequence[float]) -> float:
    """The absolute difference of the medians, in milliseconds; durations are in seconds."""
    return abs(median(first) - median(second)) * 1000
