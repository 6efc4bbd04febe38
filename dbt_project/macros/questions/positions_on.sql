{# positions_on(day, strategy): what drifted there, and what was traded on the day. #}
{% macro positions_on() -%}
with

book_day as (

    select
        daily_pnl.strategy,
        max(daily_pnl.date) as date

    from performance.daily_pnl as daily_pnl

    where daily_pnl.strategy = strategy and daily_pnl.date <= cast(day as date)

    group by daily_pnl.strategy

),

drifted as (

    select
        positions.symbol,
        positions.opening_weight,
        positions.ret,
        positions.contribution,
        positions.closing_weight

    from portfolios.positions as positions

    where
        positions.strategy = strategy
        and positions.date = (select book_day.date from book_day)

),

traded as (

    select
        holdings.symbol,
        holdings.weight_after

    from portfolios.holdings as holdings

    left join portfolios.ruins as ruins on holdings.strategy = ruins.strategy

    where
        holdings.strategy = strategy
        and holdings.trade_date = (select book_day.date from book_day)
        and (ruins.ruin_date is null or holdings.trade_date < ruins.ruin_date)

),

held as (

    select
        coalesce(traded.symbol, drifted.symbol) as symbol,
        coalesce(traded.weight_after, drifted.closing_weight) as weight,
        drifted.opening_weight,
        drifted.ret,
        drifted.contribution

    from drifted

    full outer join traded on drifted.symbol = traded.symbol

)

select
    book_day.date,
    book_day.strategy,
    held.symbol,
    assets.name,
    assets.asset_class,
    assets.sector,
    assets.country,
    case when held.weight > 0 then 'long' else 'short' end as leg,
    held.weight,
    held.weight * strategies.aum_usd as value_usd,
    held.opening_weight,
    held.ret,
    held.contribution

from held

cross join book_day

inner join seeds.strategies as strategies on book_day.strategy = strategies.strategy

inner join prepared.assets as assets on held.symbol = assets.symbol

where held.weight <> 0

order by held.weight desc, held.symbol
{%- endmacro %}
