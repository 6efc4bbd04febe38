{# Daily returns of each factor's five quantiles, equal-weighted at the close of the first #}
{# session after each month end, left to drift until the next; the paper expects 5 to win. #}
select
    leg_values.date,
    leg_values.asset_class,
    leg_values.factor,
    leg_values.quantile,
    sum(leg_values.closing_value) / nullif(sum(leg_values.opening_value), 0) - 1 as return,
    cast(sum(leg_values.n_names) as bigint) as n_names

from {{ ref('leg_values') }} as leg_values

group by leg_values.date, leg_values.asset_class, leg_values.factor, leg_values.quantile
