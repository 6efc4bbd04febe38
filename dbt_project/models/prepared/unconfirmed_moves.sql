{# Bars whose one-day move is too large to believe, and what the next bar says of each. #}
{# Walks bar by bar through the few bars at or just after a large move, carrying the last #}
{# accepted close and the close that waits for a word: gone by 80 % = bad print, else released. #}
{%- set n_bars_after = 5 -%}
with recursive

bars as (

    select
        screened_bars.symbol,
        screened_bars.bar_date,
        screened_bars.close * screened_bars.shares_per_first_share as close,
        {{ by_asset_class(var('max_move'), 'screened_bars.asset_class') }} as max_move,
        lag(screened_bars.close * screened_bars.shares_per_first_share) over by_symbol
            as prior_close,
        row_number() over by_symbol as bar_no

    from {{ ref('screened_bars') }} as screened_bars

    where screened_bars.reason is null

    window by_symbol as (partition by screened_bars.symbol order by screened_bars.bar_date)

),

marked as (

    select
        bars.*,
        max(
            case
                when
                    bars.close > bars.prior_close * bars.max_move
                    or bars.close * bars.max_move < bars.prior_close
                    then bars.bar_no
            end
        ) over (
            partition by bars.symbol
            order by bars.bar_no
            rows between {{ n_bars_after }} preceding and current row
        ) as last_large_move_no

    from bars

),

zones as (

    select
        marked.symbol,
        marked.bar_date,
        marked.bar_no,
        marked.close,
        marked.prior_close,
        marked.max_move,
        row_number() over by_symbol as step_no,
        coalesce(marked.bar_no = lag(marked.bar_no) over by_symbol + 1, false) as is_continued

    from marked

    where marked.last_large_move_no is not null

    window by_symbol as (partition by marked.symbol order by marked.bar_no)

),

-- A stretch of bars begins with a large move, on which nothing before it waits for a word.
walk as (

    select
        zones.symbol,
        zones.bar_date,
        zones.step_no,
        zones.max_move,
        zones.prior_close as accepted_close,
        zones.close as pending_close,
        cast(null as string) as verdict_on_pending,
        cast(null as date) as judged_on_date,
        true as is_pending

    from zones

    where not zones.is_continued

    union all

    select
        judged.symbol,
        judged.bar_date,
        judged.step_no,
        judged.max_move,
        case when judged.is_large then judged.reference_close else judged.close end
            as accepted_close,
        judged.close as pending_close,
        judged.verdict as verdict_on_pending,
        judged.judged_on_date,
        judged.is_large as is_pending

    from (
        select
            stepped.*,
            stepped.close > stepped.reference_close * stepped.max_move
            or stepped.close * stepped.max_move < stepped.reference_close as is_large

        from (
            select
                zones.symbol,
                zones.bar_date,
                zones.step_no,
                zones.max_move,
                zones.close,
                case when walk.is_pending then zones.bar_date end as judged_on_date,
                case
                    when not walk.is_pending then null
                    when
                        (zones.close - walk.accepted_close)
                        / (walk.pending_close - walk.accepted_close)
                        <= {{ 1 - var('reversal_share') }}
                        then 'bad_print'
                    else 'released'
                end as verdict,
                case
                    when not walk.is_pending then walk.accepted_close
                    when
                        (zones.close - walk.accepted_close)
                        / (walk.pending_close - walk.accepted_close)
                        <= {{ 1 - var('reversal_share') }}
                        then walk.accepted_close
                    else walk.pending_close
                end as reference_close

            from walk

            inner join zones
                on
                    walk.symbol = zones.symbol
                    and walk.step_no + 1 = zones.step_no
                    and zones.is_continued
        ) as stepped
    ) as judged

),

verdicts as (

    select
        walk.symbol,
        walk.bar_date,
        walk.is_pending,
        lead(walk.verdict_on_pending) over by_symbol as verdict,
        lead(walk.judged_on_date) over by_symbol as judged_on_date

    from walk

    window by_symbol as (partition by walk.symbol order by walk.step_no)

)

select
    verdicts.symbol,
    verdicts.bar_date,
    case verdicts.verdict when 'bad_print' then 'bad_print' else 'unconfirmed_move' end as reason,
    verdicts.judged_on_date

from verdicts

where verdicts.is_pending
