{# No weight above the cap or below the minimum; a leg sums to its gross, or stands at the cap #}
{# everywhere and says that it is underfilled. 1e-12; METHODS section 8. #}
with

legs as (

    select
        desired_weights.as_of_date,
        desired_weights.strategy,
        desired_weights.asset_class,
        desired_weights.leg,
        strategies.max_weight,
        strategies.min_weight,
        case desired_weights.leg
            when 'long' then strategies.gross_long
            else strategies.gross_short
        end
        * case
            when strategies.asset_class <> 'both' then 1
            when desired_weights.asset_class = 'crypto' then strategies.crypto_share
            else 1 - strategies.crypto_share
        end as leg_gross,
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
    or smallest_weight < min_weight - 1e-12
    or (not is_underfilled and abs(leg_weight - leg_gross) > 1e-12)
    or (is_underfilled and (leg_weight >= leg_gross or smallest_weight < max_weight))
