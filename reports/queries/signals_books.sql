-- What each book holds and wants: the names of a holdings file, or of the model's own book, beside
-- those the strategy desires today. One row per strategy and symbol; cash_usd and nav_usd are the
-- book's. A name that no price is known of is not valued.
with

given as (

    select
        unnest(cast($strategies as varchar[])) as strategy,
        unnest(cast($symbols as varchar[])) as symbol,
        unnest(cast($units as double[])) as units,
        unnest(cast($lots as double[])) as lot,
        unnest(cast($min_notionals_usd as double[])) as min_notional_usd

),

books as (

    select
        live_signals.strategy,
        live_signals.as_of_date,
        live_signals.is_scheduled,
        cast($is_from_file as boolean) as is_from_file,
        coalesce(cast($aum as double), case when not $is_from_file then live_signals.aum_usd end)
            as aum_usd

    from signals.live_signals as live_signals

    where list_contains(cast($chosen as varchar[]), live_signals.strategy)

    group by all

),

held as (

    select given.*

    from given

    where given.symbol <> 'cash'

    union all

    select
        live_signals.strategy,
        live_signals.symbol,
        live_signals.current_weight * books.aum_usd / live_signals.close_usd as units,
        null as lot,
        null as min_notional_usd

    from signals.live_signals as live_signals

    inner join books on live_signals.strategy = books.strategy

    where not books.is_from_file and live_signals.current_weight <> 0

),

names as (

    select
        held.strategy,
        held.symbol

    from held

    union

    select
        live_signals.strategy,
        live_signals.symbol

    from signals.live_signals as live_signals

    where live_signals.desired_weight <> 0

),

valued as (

    select
        books.as_of_date,
        books.strategy,
        books.is_scheduled,
        books.aum_usd,
        names.symbol,
        assets.symbol is not null as is_known,
        assets.asset_class,
        live_prices.currency,
        live_prices.price_date,
        live_prices.close_local,
        live_prices.close_usd,
        coalesce(live_prices.has_bar_today, false) as has_bar_today,
        live_prices.mean_dollar_volume_usd,
        coalesce(held.lot, live_prices.lot) as lot,
        coalesce(held.min_notional_usd, live_prices.min_notional_usd) as min_notional_usd,
        coalesce(trade_terms.linear_cost_bps, 0) as linear_cost_bps,
        coalesce(trade_terms.half_power, 0) as half_power,
        coalesce(trade_terms.full_power, 0) as full_power,
        coalesce(trade_terms.three_fifths_power, 0) as three_fifths_power,
        coalesce(held.units, 0) as current_units,
        coalesce(held.units * live_prices.close_usd, 0) as current_usd,
        coalesce(live_signals.desired_weight, 0) as desired_weight

    from books

    inner join names on books.strategy = names.strategy

    left join held on names.strategy = held.strategy and names.symbol = held.symbol

    left join signals.live_signals as live_signals
        on names.strategy = live_signals.strategy and names.symbol = live_signals.symbol

    left join signals.live_prices as live_prices
        on books.as_of_date = live_prices.as_of_date and names.symbol = live_prices.symbol

    left join prepared.assets as assets on names.symbol = assets.symbol

    left join seeds.strategies as strategies on books.strategy = strategies.strategy

    left join construction.trade_terms as trade_terms
        on
            books.as_of_date = trade_terms.as_of_date
            and strategies.cost_model = trade_terms.cost_model
            and names.symbol = trade_terms.symbol

),

-- Cash as the file gives it, else what the book's size leaves.
with_cash as (

    select
        valued.*,
        coalesce(
            cash.units,
            valued.aum_usd - sum(valued.current_usd) over (partition by valued.strategy),
            0
        ) as cash_usd

    from valued

    left join given as cash on valued.strategy = cash.strategy and cash.symbol = 'cash'

)

select
    with_cash.*,
    coalesce(
        with_cash.aum_usd,
        with_cash.cash_usd
        + sum(with_cash.current_usd) over (partition by with_cash.strategy)
    ) as nav_usd

from with_cash
