{{ config(schema='construction') }}
{# What each strategy wants to hold, a fraction of NAV after cost: the weights of its legs, short #}
{# ones below 0, scaled down where the book is market-neutral. A strategy on family sleeves holds #}
{# the sum over its sleeves, each scaled to its budget; what one is long and another short nets. #}
with

books as (

    select
        rebalances.as_of_date,
        strategy_legs.strategy,
        strategy_legs.leg_no,
        strategy_legs.asset_class,
        strategy_legs.leg,
        strategy_legs.is_sleeve,
        rebalances.is_scheduled,
        rebalances.calendar,
        strategy_legs.leg_gross * coalesce(leg_scales.leg_scale, 1) as leg_gross,
        case strategy_legs.leg when 'long' then 1 else -1 end
        * coalesce(leg_scales.leg_scale, 1)
        * case when strategy_legs.is_sleeve then coalesce(sleeve_budgets.budget, 0) else 1 end
            as multiplier,
        coalesce(leg_scales.is_beta_unhedged, false) as is_beta_unhedged

    from {{ ref('strategy_legs') }} as strategy_legs

    inner join {{ ref('rebalances') }} as rebalances
        on strategy_legs.strategy = rebalances.strategy

    left join {{ ref('leg_scales') }} as leg_scales
        on
            strategy_legs.strategy = leg_scales.strategy
            and strategy_legs.asset_class = leg_scales.asset_class
            and strategy_legs.leg = leg_scales.leg
            and rebalances.as_of_date = leg_scales.as_of_date

    left join {{ ref('sleeve_budgets') }} as sleeve_budgets
        on
            strategy_legs.is_sleeve
            and strategy_legs.asset_class = sleeve_budgets.asset_class
            and strategy_legs.score_name = sleeve_budgets.score_name
            and rebalances.as_of_date = sleeve_budgets.as_of_date

),

-- The names of a strategy's sleeves, of either leg.
netted as (

    select
        books.as_of_date,
        books.strategy,
        leg_weights.symbol,
        books.asset_class,
        leg_weights.sector,
        books.is_scheduled,
        books.calendar,
        max(books.leg_gross) filter (where books.leg = 'long') as long_gross,
        max(books.leg_gross) filter (where books.leg = 'short') as short_gross,
        sum(books.multiplier * leg_weights.leg_weight) as desired_weight,
        bool_or(leg_weights.is_leg_underfilled) as is_leg_underfilled,
        bool_or(books.is_beta_unhedged) as is_beta_unhedged

    from books

    inner join {{ ref('leg_weights') }} as leg_weights
        on
            books.as_of_date = leg_weights.as_of_date
            and books.leg_no = leg_weights.leg_no

    where books.is_sleeve and books.multiplier <> 0

    group by all

)

select
    books.as_of_date,
    books.strategy,
    leg_weights.symbol,
    books.asset_class,
    leg_weights.sector,
    books.leg,
    leg_weights.score,
    leg_weights.score_rank,
    leg_weights.n_candidates,
    books.is_scheduled,
    books.calendar,
    leg_weights.raw_weight,
    books.leg_gross,
    books.multiplier * leg_weights.leg_weight as desired_weight,
    leg_weights.is_leg_underfilled,
    books.is_beta_unhedged

from books

inner join {{ ref('leg_weights') }} as leg_weights
    on
        books.as_of_date = leg_weights.as_of_date
        and books.leg_no = leg_weights.leg_no

where not books.is_sleeve and books.multiplier <> 0

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
