{# The dates on which factors are computed: month ends, week ends or all sessions (a variable) #}
{# and the newest day of each class. Every venue answers with its own last session at or before #}
{# the date. Crypto, open every day, answers on the equities' dates too, for mixed books. #}
with

sessions as (

    select
        venue_sessions.venue,
        venue_sessions.session_date,
        case venue_sessions.venue when '24/7' then 'crypto' else 'equity' end as asset_class

    from {{ ref('venue_sessions') }} as venue_sessions

),

last_data as (

    select
        prices_daily.asset_class,
        min(prices_daily.as_of_date) as first_date,
        max(prices_daily.as_of_date) as last_date

    from {{ ref('prices_daily') }} as prices_daily

    group by prices_daily.asset_class

),

class_days as (

    select
        days.asset_class,
        days.session_date,
        row_number() over (
            partition by days.asset_class, date_trunc('month', days.session_date)
            order by days.session_date desc
        ) = 1 as is_month_end,
        row_number() over (
            partition by days.asset_class, date_trunc('week', days.session_date)
            order by days.session_date desc
        ) = 1 as is_week_end

    from (
        select distinct
            sessions.asset_class,
            sessions.session_date

        from sessions
    ) as days

),

class_days_with_data as (

    select
        class_days.*,
        class_days.session_date = last_data.last_date as is_newest

    from class_days

    inner join last_data
        on
            class_days.asset_class = last_data.asset_class
            and class_days.session_date between last_data.first_date and last_data.last_date

),

flagged as (

    select
        class_days.asset_class,
        class_days.session_date as as_of_date,
        class_days.is_month_end,
        class_days.is_week_end,
        class_days.is_newest,
        coalesce(equity_days.is_month_end, false) as is_equity_month_end,
        coalesce(equity_days.is_week_end, false) as is_equity_week_end

    from class_days_with_data as class_days

    left join class_days_with_data as equity_days
        on
            equity_days.asset_class = 'equity'
            and class_days.session_date = equity_days.session_date

),

chosen as (

    select *

    from flagged

    where
        is_newest
        or is_month_end
        or is_equity_month_end
        {% if 'sessions' in var('factor_dates') %}
            or true
        {% elif 'week_ends' in var('factor_dates') %}
            or is_week_end
            or is_equity_week_end
        {% endif %}

),

-- A venue's own last session at or before the date, at most a week back.
by_venue as (

    select
        chosen.as_of_date,
        chosen.asset_class,
        sessions.venue,
        max(sessions.session_date) as session_date,
        chosen.is_month_end,
        chosen.is_week_end,
        chosen.is_equity_month_end,
        chosen.is_equity_week_end

    from chosen

    inner join sessions
        on
            chosen.asset_class = sessions.asset_class
            and sessions.session_date between
            {{ add_days('chosen.as_of_date', -7) }} and chosen.as_of_date

    group by all

)

select * from by_venue
