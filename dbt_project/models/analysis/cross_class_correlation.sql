{# Does crypto diversify equities? Correlation of every equity series with every crypto series #}
{# over the weeks both have. 95 % interval by Fisher's (1921) z, weeks taken as independent. #}
{% set half_width = '1.959963984540054 / sqrt(correlated.n_weeks - 3)' %}
with

correlated as (

    select
        equity_returns.factor as equity_factor,
        crypto_returns.factor as crypto_factor,
        count(*) as n_weeks,
        case
            when
                stddev_pop(equity_returns.weekly_return) > 0
                and stddev_pop(crypto_returns.weekly_return) > 0
                then corr(equity_returns.weekly_return, crypto_returns.weekly_return)
        end as weekly_correlation

    from {{ ref('weekly_returns') }} as equity_returns

    inner join {{ ref('weekly_returns') }} as crypto_returns
        on
            equity_returns.week_end_date = crypto_returns.week_end_date
            and equity_returns.asset_class = 'equity'
            and crypto_returns.asset_class = 'crypto'

    group by equity_returns.factor, crypto_returns.factor

),

-- z is the inverse hyperbolic tangent; beyond correlations of 1 it has no end.
transformed as (

    select
        correlated.*,
        case
            when correlated.n_weeks > 3 and abs(correlated.weekly_correlation) < 1
                then
                    ln(
                        (1 + correlated.weekly_correlation) / (1 - correlated.weekly_correlation)
                    )
                    / 2
        end as fisher_z,
        case when correlated.n_weeks > 3 then {{ half_width }} end as half_width

    from correlated

)

select
    transformed.equity_factor,
    transformed.crypto_factor,
    transformed.weekly_correlation,
    tanh(transformed.fisher_z - transformed.half_width) as correlation_lower,
    tanh(transformed.fisher_z + transformed.half_width) as correlation_upper,
    transformed.n_weeks

from transformed
