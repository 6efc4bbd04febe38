{# Every session without a priced bar on which the asset is listed, with the last bar carried. #}
select
    silent_sessions.symbol,
    silent_sessions.asset_class,
    silent_sessions.venue,
    silent_sessions.session_no,
    silent_sessions.as_of_date,
    silent_sessions.bar_no,
    silent_sessions.prior_session_no,
    unpriced_bars.volume * unpriced_bars.close_usd as dollar_volume_usd,
    silent_sessions.sessions_since_bar,
    silent_sessions.is_delisted,
    silent_sessions.source_delisting_return,
    last_bars.currency,
    last_bars.price_basis,
    last_bars.close,
    last_bars.close_local,
    last_bars.close_usd,
    silent_sessions.adj_close,
    last_bars.shares_per_first_share

from {{ ref('silent_sessions') }} as silent_sessions

inner join {{ ref('accepted_bars') }} as last_bars
    on
        silent_sessions.symbol = last_bars.symbol
        and silent_sessions.last_bar_date = last_bars.bar_date

-- A bar without an exchange rate has a volume of its own.
left join {{ ref('accepted_bars') }} as unpriced_bars
    on
        silent_sessions.symbol = unpriced_bars.symbol
        and silent_sessions.unpriced_bar_date = unpriced_bars.bar_date
        and unpriced_bars.base_per_unit is null
