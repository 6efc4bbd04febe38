{{ config(materialized='view') }}
{# The bars that passed, in the base currency: those that were not set aside on their own day nor #}
{# by what the next bar said. One without an exchange rate has no price there. #}
select
    screened_bars.symbol,
    screened_bars.bar_date,
    screened_bars.session_no,
    screened_bars.asset_class,
    screened_bars.venue,
    screened_bars.currency,
    screened_bars.price_basis,
    screened_bars.open,
    screened_bars.high,
    screened_bars.low,
    screened_bars.close as close_local,
    screened_bars.close * fx_daily.base_per_unit as close,
    screened_bars.close * fx_daily.usd_per_unit as close_usd,
    screened_bars.volume,
    screened_bars.shares_per_first_share,
    fx_daily.base_per_unit

from {{ ref('screened_bars') }} as screened_bars

left join {{ ref('fx_daily') }} as fx_daily
    on
        screened_bars.currency = fx_daily.currency
        and screened_bars.bar_date = fx_daily.rate_date

left join {{ ref('unconfirmed_moves') }} as unconfirmed_moves
    on
        screened_bars.symbol = unconfirmed_moves.symbol
        and screened_bars.bar_date = unconfirmed_moves.bar_date

where screened_bars.reason is null and unconfirmed_moves.symbol is null
