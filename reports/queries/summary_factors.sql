-- The factors that have ranked values, by asset class.
select distinct
    factor_values.asset_class,
    factor_values.factor

from factors.factor_values as factor_values

where factor_values.rank_pct is not null
