{# No weight above the cap or below the minimum; a leg sums to its gross, or stands at its caps and #}
{# says that it is underfilled. A market-neutral book may hold less of one leg, family sleeves less #}
{# by netting, never more. 1e-12; METHODS section 8. #}
with

legs as (

    select
        desired_weights.as_of_date,
        desired_weights.strategy,
        desired_weights.asset_class,
        desired_weights.leg,
        strategies.max_weight,
        strategies.min_weight,
        strategies.sector_cap,
        strategies.side = 'market_neutral' or strategies.score = 'family_sleeves' as may_be_less,
        case desired_weights.leg
            when 'long' then strategies.gross_long
            else strategies.gross_short
        end
        * case
            when strategies.asset_class <> 'both' then 1
            when desired_weights.asset_class = 'crypto' then strategies.crypto_share
            else 1 - strategies.crypto_share
        end as leg_gross,
        max(desired_weights.leg_gross) as said_gross,
        sum(abs(desired_weights.desired_weight)) as leg_weight,
        max(abs(desired_weights.desired_weight)) as largest_weight,
        min(abs(desired_weights.desired_weight)) as smallest_weight,
        bool_or(desired_weights.is_leg_underfilled) as is_underfilled

    from {{ ref('desired_weights') }} as desired_weights

    inner join {{ ref('strategies') }} as strategies
        on desired_weights.strategy = strategies.strategy

    group by all

)

select *

from legs

where
    largest_weight > max_weight + 1e-12
    or leg_weight > said_gross + 1e-12
    or said_gross > leg_gross + 1e-12
    or (not may_be_less and abs(said_gross - leg_gross) > 1e-12)
    or (not may_be_less and smallest_weight < min_weight - 1e-12)
    or (not may_be_less and not is_underfilled and abs(leg_weight - leg_gross) > 1e-12)
    or (not may_be_less and is_underfilled and leg_weight >= leg_gross)
    or (
        not may_be_less
        and is_underfilled
        and sector_cap is null
        and smallest_weight < max_weight - 1e-12
    )
