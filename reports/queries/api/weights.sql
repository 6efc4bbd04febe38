-- Target weights of each strategy: of its newest rebalance, or of all between two days. As of a day
-- only what was known then: what a limited book aims at, and what it could not sell, are known when
-- it trades.
with

known as (

    select
        target_weights.as_of_date,
        target_weights.trade_date,
        target_weights.strategy,
        target_weights.symbol,
        target_weights.asset_class,
        target_weights.leg,
        target_weights.score,
        target_weights.score_rank,
        target_weights.n_candidates,
        target_weights.desired_weight,
        case
            when target_weights.trade_date > cast($as_of as date) then null
            else target_weights.target_weight
        end as target_weight,
        target_weights.is_leg_underfilled,
        target_weights.is_beta_unhedged

    from portfolios.target_weights as target_weights

    where
        target_weights.as_of_date <= coalesce(cast($as_of as date), target_weights.as_of_date)
        and coalesce(
            target_weights.desired_weight <> 0
            or target_weights.trade_date <= cast($as_of as date),
            true
        )
        and coalesce(list_contains(cast($strategy as varchar[]), target_weights.strategy), true)

),

newest as (

    select
        known.strategy,
        max(known.as_of_date) as as_of_date

    from known

    group by known.strategy

)

select
    known.as_of_date,
    known.trade_date,
    known.strategy,
    known.symbol,
    assets.name,
    known.asset_class,
    assets.sector,
    known.leg,
    known.score,
    known.score_rank,
    known.n_candidates,
    known.desired_weight,
    known.target_weight,
    known.is_leg_underfilled,
    known.is_beta_unhedged

from known

inner join newest on known.strategy = newest.strategy

left join prepared.assets as assets on known.symbol = assets.symbol

where
    coalesce(list_contains(cast($symbol as varchar[]), known.symbol), true)
    and known.asset_class = coalesce(cast($asset_class as varchar), known.asset_class)
    and known.as_of_date between coalesce(
        cast($start as date),
        case when cast($end as date) is null then newest.as_of_date else known.as_of_date end
    )
    and coalesce(cast($end as date), known.as_of_date)

order by
    known.strategy,
    known.as_of_date,
    known.symbol
