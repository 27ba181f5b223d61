"""Whether a peer's backtests are ours: closed trades exactly, final equity to 1e-6."""

import math

TOLERANCE = 1e-6  # of our final equity


def disagrees(ours, theirs):
    _, _, trades, equity = ours
    their_trades, their_equity = theirs
    if trades != their_trades:
        return True
    # Not "difference > tolerance": that would let a NaN through.
    return not (math.isfinite(their_equity) and abs(their_equity - equity) <= TOLERANCE * abs(equity))


def largest_difference(ours, theirs):
    """Of final equity, relative to ours."""
    return max(abs(b[1] - a[3]) / abs(a[3]) if a[3] else abs(b[1]) for a, b in zip(ours, theirs))


def disagreement(ours, theirs):
    """None, or a sentence on how many scenarios differ and the first that does."""
    if len(ours) != len(theirs):
        return f"returned {len(theirs)} of {len(ours)} scenarios"
    differing = [(a, b) for a, b in zip(ours, theirs) if disagrees(a, b)]
    if not differing:
        return None
    (scenario, parameters, trades, equity), (their_trades, their_equity) = differing[0]
    point = ", ".join(f"{name} {value}" for name, value in parameters.items())
    return (
        f"{len(differing):,} of {len(ours):,} scenarios differ; the first is {scenario} ({point}): "
        f"{trades} trades and {equity:.10g} by ThreadX, {their_trades} and {their_equity:.10g} by it"
    )
