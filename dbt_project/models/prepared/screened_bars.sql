{# Every bar with the first rule, if any, that sets it aside on what was known on its day. #}
{# A move too large to believe is judged in unconfirmed_moves. #}
select
    judged_bars.symbol,
    judged_bars.bar_date,
    judged_bars.occurrence,
    judged_bars.asset_class,
    judged_bars.venue,
    judged_bars.session_no,
    judged_bars.currency,
    judged_bars.price_basis,
    judged_bars.close,
    judged_bars.shares_per_first_share,
    judged_bars.source,
    judged_bars.load_id,
    judged_bars.open,
    judged_bars.high,
    judged_bars.low,
    judged_bars.volume,
    judged_bars.was_open_given,
    judged_bars.was_high_given,
    judged_bars.was_low_given,
    judged_bars.was_volume_given,
    case
        when judged_bars.static_reason is not null then judged_bars.static_reason
        when stale_runs.symbol is not null then 'stale_run'
    end as reason

from {{ ref('judged_bars') }} as judged_bars

left join {{ ref('stale_runs') }} as stale_runs
    on
        judged_bars.symbol = stale_runs.symbol
        and judged_bars.bar_date = stale_runs.bar_date
        and judged_bars.occurrence = stale_runs.occurrence

{{ stored_by('judged_bars.bar_date') }}
