{# Ranks of a date, country and factor have the mean 0.5, ties or not, 1e-12; METHODS section 5. #}
select
    factor_values.as_of_date,
    factor_values.asset_class,
    assets.country,
    factor_values.factor,
    avg(factor_values.rank_pct) as mean_rank

from {{ tested_rows(ref('factor_values')) }} as factor_values

inner join {{ ref('assets') }} as assets on factor_values.symbol = assets.symbol

group by
    factor_values.as_of_date, factor_values.asset_class, assets.country, factor_values.factor

having abs(avg(factor_values.rank_pct) - 0.5) > 1e-12
