-- Each strategy's largest trades of the newest day, with how many there are in all.
with

ranked as (

    select
        live_signals.*,
        count(*) filter (where live_signals.signal = 'buy') over by_strategy as n_buys,
        count(*) filter (where live_signals.signal = 'sell') over by_strategy as n_sells,
        row_number() over (
            partition by live_signals.strategy
            order by abs(live_signals.trade_weight) desc, live_signals.symbol
        ) as row_no

    from signals.live_signals as live_signals

    window by_strategy as (partition by live_signals.strategy)

)

select
    strategies.asset_class,
    ranked.strategy,
    ranked.as_of_date as date,
    ranked.symbol,
    ranked.signal,
    ranked.rank,
    ranked.current_weight,
    ranked.target_weight,
    ranked.trade_weight,
    ranked.n_buys,
    ranked.n_sells

from ranked

inner join seeds.strategies as strategies on ranked.strategy = strategies.strategy

where ranked.row_no <= 5

order by ranked.strategy, ranked.row_no
