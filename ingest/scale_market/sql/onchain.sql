-- What the chains of a block of coins show, every day.
with
chains as (
    select
        symbol,
        session_date,
        close * shares as market_cap,
        draw(other_draw, 1) as chain_draw
    from walks
),

measured as (
    select
        symbol,
        session_date,
        round(market_cap, 2) as market_cap,
        round(pow(market_cap, 0.7) * 0.05 * (0.5 + uniform(chain_draw, 0))) as active_addresses,
        round(market_cap * 0.02 * (0.5 + uniform(chain_draw, 16)), 2) as adjusted_transfer_value
    from chains
),

long as (
    unpivot measured
    on market_cap, active_addresses, adjusted_transfer_value
    into name metric value value
)

select
    symbol,
    metric,
    session_date as period_end_date,
    'day' as frequency,
    cast(null as timestamp) as published_at,
    value,
    case when metric <> 'active_addresses' then 'USD' end as currency
from long
