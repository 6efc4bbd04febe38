{# Correlation of the factors' daily long-short returns, over the days that both have. #}
select
    factor_returns.asset_class,
    factor_returns.factor as factor_a,
    other_returns.factor as factor_b,
    case
        when
            stddev_pop(factor_returns.long_short_return) > 0
            and stddev_pop(other_returns.long_short_return) > 0
            then corr(factor_returns.long_short_return, other_returns.long_short_return)
    end as correlation,
    count(*) as n_days

from {{ ref('factor_returns') }} as factor_returns

inner join {{ ref('factor_returns') }} as other_returns
    on
        factor_returns.date = other_returns.date
        and factor_returns.asset_class = other_returns.asset_class

group by factor_returns.asset_class, factor_returns.factor, other_returns.factor
