{{ config(schema='construction') }}
{# What each strategy wants to hold, a fraction of NAV after cost: the weights of its legs, short #}
{# ones below 0, scaled down where the book is market-neutral. A strategy on family sleeves holds #}
{# the sum over its sleeves, each scaled to its budget; what one is long and another short nets. #}
with

held as (

    select
        leg_weights.as_of_date,
        strategy_legs.strategy,
        leg_weights.symbol,
        leg_weights.asset_class,
        leg_weights.sector,
        leg_weights.leg,
        leg_weights.score,
        leg_weights.score_rank,
        leg_weights.n_candidates,
        rebalances.is_scheduled,
        rebalances.calendar,
        leg_weights.raw_weight,
        leg_weights.leg_gross * coalesce(leg_scales.leg_scale, 1) as leg_gross,
        case leg_weights.leg when 'long' then 1 else -1 end
        * leg_weights.leg_weight
        * coalesce(leg_scales.leg_scale, 1) as desired_weight,
        leg_weights.is_leg_underfilled,
        coalesce(leg_scales.is_beta_unhedged, false) as is_beta_unhedged,
        strategy_legs.is_sleeve,
        strategy_legs.score_name

    from {{ ref('leg_weights') }} as leg_weights

    inner join {{ ref('strategy_legs') }} as strategy_legs
        on leg_weights.leg_no = strategy_legs.leg_no

    inner join {{ ref('rebalances') }} as rebalances
        on
            strategy_legs.strategy = rebalances.strategy
            and leg_weights.as_of_date = rebalances.as_of_date

    left join {{ ref('leg_scales') }} as leg_scales
        on
            strategy_legs.strategy = leg_scales.strategy
            and strategy_legs.asset_class = leg_scales.asset_class
            and strategy_legs.leg = leg_scales.leg
            and leg_weights.as_of_date = leg_scales.as_of_date

),

-- The sleeves' names, of either leg, with the budgets of the day.
netted as (

    select
        held.as_of_date,
        held.strategy,
        held.symbol,
        held.asset_class,
        held.sector,
        held.is_scheduled,
        held.calendar,
        max(held.leg_gross) filter (where held.leg = 'long') as long_gross,
        max(held.leg_gross) filter (where held.leg = 'short') as short_gross,
        sum(held.desired_weight * sleeve_budgets.budget) as desired_weight,
        bool_or(held.is_leg_underfilled) as is_leg_underfilled,
        bool_or(held.is_beta_unhedged) as is_beta_unhedged

    from held

    inner join {{ ref('sleeve_budgets') }} as sleeve_budgets
        on
            held.as_of_date = sleeve_budgets.as_of_date
            and held.asset_class = sleeve_budgets.asset_class
            and held.score_name = sleeve_budgets.score_name

    where held.is_sleeve and sleeve_budgets.budget > 0

    group by all

)

select
    held.as_of_date,
    held.strategy,
    held.symbol,
    held.asset_class,
    held.sector,
    held.leg,
    held.score,
    held.score_rank,
    held.n_candidates,
    held.is_scheduled,
    held.calendar,
    held.raw_weight,
    held.leg_gross,
    held.desired_weight,
    held.is_leg_underfilled,
    held.is_beta_unhedged

from held

where not held.is_sleeve and held.desired_weight <> 0

union all

select
    netted.as_of_date,
    netted.strategy,
    netted.symbol,
    netted.asset_class,
    netted.sector,
    case when netted.desired_weight > 0 then 'long' else 'short' end as leg,
    cast(null as double) as score,
    cast(null as bigint) as score_rank,
    cast(null as bigint) as n_candidates,
    netted.is_scheduled,
    netted.calendar,
    cast(null as double) as raw_weight,
    case when netted.desired_weight > 0 then netted.long_gross else netted.short_gross end
        as leg_gross,
    netted.desired_weight,
    netted.is_leg_underfilled,
    netted.is_beta_unhedged

from netted

-- What nets to nothing but rounding is not held.
where abs(netted.desired_weight) > 1e-12
