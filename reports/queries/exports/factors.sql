-- Every factor of each asset class that has ranked names on a month end.
select distinct
    factor_legs.asset_class,
    factor_legs.factor

from analysis.factor_legs as factor_legs

order by factor_legs.asset_class, factor_legs.factor
