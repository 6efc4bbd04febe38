{# The beta of a market-neutral book is 0 in each asset class, a missing beta counted as 1; where a #}
{# leg has none above 0, its net weight is, and the rows say so. 1e-6; METHODS section 8. #}
select
    desired_weights.as_of_date,
    desired_weights.strategy,
    desired_weights.asset_class,
    bool_or(desired_weights.is_beta_unhedged) as is_unhedged,
    sum(desired_weights.desired_weight * coalesce(volatility.market_beta, 1)) as net_beta,
    sum(desired_weights.desired_weight) as net_weight

from {{ ref('desired_weights') }} as desired_weights

inner join {{ ref('strategies') }} as strategies
    on
        desired_weights.strategy = strategies.strategy
        and strategies.side = 'market_neutral'

inner join {{ ref('volatility') }} as volatility
    on
        desired_weights.as_of_date = volatility.as_of_date
        and desired_weights.symbol = volatility.symbol

group by desired_weights.as_of_date, desired_weights.strategy, desired_weights.asset_class

having
    abs(
        case
            when bool_or(desired_weights.is_beta_unhedged)
                then sum(desired_weights.desired_weight)
            else sum(desired_weights.desired_weight * coalesce(volatility.market_beta, 1))
        end
    )
    > 1e-6
