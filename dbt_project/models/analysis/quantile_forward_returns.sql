{# What came after, quantile by quantile: the mean forward return of those whose label is known. #}
select
    factor_legs.as_of_date,
    factor_legs.asset_class,
    factor_legs.factor,
    forward_returns.horizon,
    factor_legs.quantile,
    -- Always true; it keeps DuckDB from summing the labels name by name before the join.
    avg(case when factor_legs.quantile > 0 then forward_returns.fwd_ret end)
        as mean_forward_return,
    count(*) as n

from {{ ref('factor_legs') }} as factor_legs

inner join {{ ref('forward_returns') }} as forward_returns
    on
        factor_legs.as_of_date = forward_returns.as_of_date
        and factor_legs.symbol = forward_returns.symbol

where forward_returns.fwd_ret is not null

group by all
