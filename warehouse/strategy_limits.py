"""Limits of a strategy that no date could ever meet, with the whole universe present."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping


def constraint_problems(
    row: Mapping[str, str], universe: Mapping[str, Mapping[str, str | None]]
) -> Iterable[str]:
    """Limits that contradict each other, or the universe.

    Parameters
    ----------
    row : cells of a strategy, its numbers known to be numbers; an empty limit is none.
    universe : symbols by asset class, each with its sector or None; empty: not known yet.
    """
    number = {name: number_or_none(cell) for name, cell in row.items()}
    two_legs = row["side"] != "long_only"
    apart = "0.5, so that the legs do not overlap" if two_legs else "1"
    top, hold, sector_cap = number["top_fraction"], number["hold_fraction"], number["sector_cap"]
    if not 0 < top <= (0.5 if two_legs else 1):
        yield (
            f"top_fraction is {row['top_fraction']}; it must lie above 0 and at most at {apart}."
        )
    if hold is not None and not top <= hold <= (0.5 if two_legs else 1):
        yield (
            f"hold_fraction is {row['hold_fraction']}; it must lie at or above top_fraction "
            f"{row['top_fraction']} and at most at {apart}; empty: no buffer."
        )
    if number["min_weight"] > number["max_weight"] or number["max_weight"] <= 0:
        yield (
            f"min_weight {row['min_weight']} lies above max_weight {row['max_weight']} (or that "
            "is 0): no weight can meet both. Lower min_weight or raise max_weight."
        )
    if sector_cap is not None and number["min_weight"] > sector_cap:
        yield (
            f"min_weight {row['min_weight']} lies above sector_cap {row['sector_cap']}: no name of "
            "a sector can meet both. Lower min_weight or raise sector_cap."
        )
    if two_legs != (number["gross_short"] > 0) or (two_legs and number["gross_long"] <= 0):
        yield (
            f"gross_long {row['gross_long']} and gross_short {row['gross_short']} do not fit side "
            f"{row['side']}: long_only needs gross_short 0 (and gross_long 0 is a book of cash), "
            "long_short and market_neutral need both above 0."
        )
    if number["aum_usd"] <= 0:
        yield f"aum_usd is {row['aum_usd']}; it must be a number above 0."
    if number["crypto_share"] > 1:
        yield f"crypto_share is {row['crypto_share']}; it must lie between 0 and 1."
    if universe:
        yield from breadth_problems(row, number, universe)


def breadth_problems(
    row: Mapping[str, str],
    number: Mapping[str, float | None],
    universe: Mapping[str, Mapping[str, str | None]],
) -> Iterable[str]:
    """Legs whose names, each at the cap (or the floor), cannot add up to the leg's gross."""
    shares = {row["asset_class"]: 1.0}
    if row["asset_class"] == "both":
        shares = {"equity": 1 - number["crypto_share"], "crypto": number["crypto_share"]}
    largest_share = max(number["top_fraction"], number["hold_fraction"] or 0)
    for asset_class, share in shares.items():
        names = universe.get(asset_class, {})
        n_names = int(len(names) * largest_share + 1e-9)
        legs = [share * gross for gross in (number["gross_long"], number["gross_short"]) if gross]
        if not names or not any(legs):
            continue
        gross, smallest = max(legs), min(legs)
        if n_names * number["max_weight"] < gross - 1e-9:
            column = "hold_fraction" if number["hold_fraction"] else "top_fraction"
            yield (
                f"can never hold: {column} {row[column]} of {len(names)} {asset_class} "
                f"names is {n_names}, and {n_names} x max_weight {row['max_weight']} is below the "
                f"leg's {gross:g}. Raise max_weight or {column}, or lower the gross."
            )
        if number["min_weight"] > smallest + 1e-9:
            yield (
                f"can never hold: min_weight {row['min_weight']} lies above the {asset_class} "
                f"leg's {smallest:g}. Lower min_weight."
            )
        n_chosen = int(len(names) * number["top_fraction"] + 1e-9)
        is_alike = row["weighting"] == "equal" and number["min_weight"] <= min(
            smallest, number["max_weight"], number["sector_cap"] or 1
        )
        if is_alike and n_chosen * number["min_weight"] > smallest + 1e-9:
            yield (
                f"holds nothing where all names are there: top_fraction {row['top_fraction']} of "
                f"{len(names)} {asset_class} names is {n_chosen}, of equal weight {smallest:g} / "
                f"{n_chosen}, all below min_weight {row['min_weight']}. Lower min_weight or "
                "top_fraction."
            )
        if number["sector_cap"] is not None:
            yield from sector_problems(row, number, asset_class, names, gross)


def sector_problems(
    row: Mapping[str, str],
    number: Mapping[str, float | None],
    asset_class: str,
    names: Mapping[str, str | None],
    gross: float,
) -> Iterable[str]:
    """Sectors that, each at its cap or all its names at theirs, stay below the leg's gross.

    Names without a sector are not capped by one.
    """
    sectors = Counter(names.values())
    n_free = sectors.pop(None, 0)
    cap, sector_cap = number["max_weight"], number["sector_cap"]
    room = n_free * cap + sum(min(sector_cap, n_names * cap) for n_names in sectors.values())
    if room < gross - 1e-9:
        yield (
            f"can never hold: {len(sectors)} sectors of {asset_class}, each at most at sector_cap "
            f"{row['sector_cap']} and each name at max_weight {row['max_weight']}, sum to at most "
            f"{room:g}, below the leg's {gross:g}. Raise sector_cap, or lower the gross."
        )


def number_or_none(cell: str) -> float | None:
    """The cell as a number; None where it is empty or none."""
    try:
        return float(cell) if cell else None
    except ValueError:
        return None
