{{ config(materialized='view') }}
{# The bars that passed, in the base currency, with their total-return price. #}
select
    bars.symbol,
    bars.bar_date,
    bars.session_no,
    bars.asset_class,
    bars.venue,
    bars.currency,
    bars.price_basis,
    bars.open,
    bars.high,
    bars.low,
    bars.close_local,
    bars.close,
    bars.close_usd,
    bars.volume,
    bars.shares_per_first_share,
    bars.base_per_unit,
    adjusted_bars.prior_session_no,
    adjusted_bars.bar_no,
    adjusted_bars.adj_close,
    adjusted_bars.prior_adj_close

from {{ ref('accepted_bars') }} as bars

inner join {{ ref('adjusted_bars') }} as adjusted_bars
    on bars.symbol = adjusted_bars.symbol and bars.bar_date = adjusted_bars.bar_date
