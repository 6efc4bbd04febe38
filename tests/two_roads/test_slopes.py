"""Cross-sectional slopes and what they average to, against statsmodels."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.two_roads.agreement import disagreements
from tests.two_roads.inputs import Market
from tests.two_roads.slopes import alone, alone_by_statsmodels, exposure, joint

KEYS = ["as_of_date", "specification", "regressor"]


@pytest.mark.parametrize("asset_class", ["equity", "crypto"])
@pytest.mark.parametrize("road", [alone, joint])
def test_slopes_are_those_of_least_squares(market: Market, road, asset_class):
    ours = road(market, asset_class)
    theirs = market.table("analysis.cross_sectional_slopes")
    theirs = theirs[
        (theirs["asset_class"] == asset_class) & (theirs["specification"] == road.__name__)
    ]
    # 12 coins are too few for seven regressors
    assert len(theirs) > 1000 or (asset_class, road) == ("crypto", joint)
    assert not disagreements(ours, theirs, KEYS, ["slope", "n_names"], relative=1e-9)


@pytest.mark.parametrize("asset_class", ["equity", "crypto"])
def test_slopes_on_one_factor_are_those_of_statsmodels(market: Market, asset_class):
    ours = alone_by_statsmodels(market, asset_class, every=25)
    theirs = market.table("analysis.cross_sectional_slopes")
    same = theirs["asset_class"].eq(asset_class) & theirs["specification"].eq("alone")
    theirs = theirs[same & theirs["as_of_date"].isin(ours["as_of_date"])]
    assert len(theirs) > 50
    assert not disagreements(ours, theirs, KEYS, ["slope", "n_names"], relative=1e-9)


def test_exposures_are_means_with_hac_errors(market: Market):
    slopes = market.table("analysis.cross_sectional_slopes").sort_values("as_of_date")
    theirs = market.table("analysis.factor_exposure")
    keys = ["asset_class", "specification", "regressor"]
    rows = []
    of_series = dict(list(slopes.groupby(keys)))
    for row in theirs.itertuples():
        own = of_series[(row.asset_class, row.specification, row.regressor)]
        mean, t_stat, share = exposure(own["slope"], row.bandwidth)
        years = (own["as_of_date"].max() - own["as_of_date"].min()).days / 365.25
        ann = mean * len(own) / years
        t_stat = t_stat if pd.notna(row.t_stat) else None  # too short a series for its bandwidth
        rows.append((row.asset_class, row.specification, row.regressor, mean, ann, t_stat, share))
    columns = ["mean_slope", "mean_slope_ann", "t_stat", "share_positive"]
    ours = pd.DataFrame(rows, columns=[*keys, *columns]).astype({"t_stat": float})
    assert theirs["t_stat"].notna().sum() > 40
    assert len(theirs) == len(slopes.drop_duplicates(keys))
    assert not disagreements(ours, theirs, keys, columns, relative=1e-9)


def test_weekly_labels_follow_one_another(market: Market):
    """A label ends where the next begins; closed days make them share a session, seldom more."""
    rows = market.query(
        """
        with numbered as (
            select l.*, v.session_no, e.session_no as end_no
            from analysis.slope_labels as l
            join prepared.assets as a using (symbol)
            join factors.factor_dates as d
                on d.as_of_date = l.as_of_date and d.venue = a.venue
            join prepared.venue_sessions as v
                on v.venue = a.venue and v.session_date = d.session_date
            join prepared.venue_sessions as e
                on e.venue = a.venue and e.session_date = l.label_end_date
        )
        select
            asset_class,
            end_no - lead(session_no) over later - 1 as n_shared,
            lead(as_of_date) over later - as_of_date as n_days
        from numbered window later as (partition by symbol order by as_of_date)
        """
    )
    adjacent = rows[rows["n_days"] <= 8]
    shares = adjacent.groupby("asset_class")["n_shared"].apply(lambda n: (n > 0).mean())
    assert (adjacent["n_shared"] >= 0).all()
    assert shares["crypto"] < 0.01
    assert shares["equity"] < 0.2
