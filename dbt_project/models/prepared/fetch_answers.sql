{# How far the live sources have answered for each name's prices. A source that had bars, or had #}
{# none in these dates, has answered; one that no longer knows the name has only once it has said #}
{# so again days later. Throttled and failed say nothing. #}
with

asked as (

    select
        stg_fetch_log.symbol,
        stg_fetch_log.outcome,
        stg_fetch_log.asked_at,
        stg_fetch_log.asked_on_date,
        stg_fetch_log.load_id

    from {{ ref('stg_raw__fetch_log') }} as stg_fetch_log

    where stg_fetch_log.table_name = 'prices'

),

last_bars as (

    select
        adjusted_bars.symbol,
        max(adjusted_bars.bar_date) as last_bar_date

    from {{ ref('adjusted_bars') }} as adjusted_bars

    where adjusted_bars.symbol in (select asked.symbol from asked)

    group by adjusted_bars.symbol

),

not_found as (

    select
        asked.symbol,
        max(asked.asked_at) as last_not_found_at

    from asked

    left join last_bars on asked.symbol = last_bars.symbol

    where
        asked.outcome = 'not_found'
        and asked.asked_on_date > coalesce(last_bars.last_bar_date, cast('0001-01-01' as date))

    group by asked.symbol

    having
        {{ days_between('min(asked.asked_on_date)', 'max(asked.asked_on_date)') }}
        >= {{ var('not_found_confirm_days') }}

),

answered as (

    select
        asked.symbol,
        nullif(
            greatest(
                coalesce(
                    max(case when asked.outcome in ('ok', 'empty') then asked.asked_at end),
                    cast('0001-01-01' as timestamp)
                ),
                coalesce(max(not_found.last_not_found_at), cast('0001-01-01' as timestamp))
            ),
            cast('0001-01-01' as timestamp)
        ) as last_answered_at

    from asked

    left join not_found on asked.symbol = not_found.symbol

    group by asked.symbol

)

select
    asked.symbol,
    max_by(asked.outcome, asked.load_id) as last_outcome,
    max(asked.asked_at) as last_asked_at,
    answered.last_answered_at,
    coalesce(cast(answered.last_answered_at as date), cast('0001-01-01' as date))
        as answered_until_date,
    count(
        case
            when
                asked.outcome not in ('ok', 'empty')
                and (
                    answered.last_answered_at is null
                    or asked.asked_at > answered.last_answered_at
                )
                then 1
        end
    ) as n_failed_fetches_since_answer

from asked

inner join answered on asked.symbol = answered.symbol

group by asked.symbol, answered.last_answered_at
