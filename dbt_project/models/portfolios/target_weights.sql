{# The weight meant to stand after each scheduled rebalance, and the session it is to trade on: #}
{# the first of the book's calendar after the decision on which the asset's venue is open. #}
with

trade_dates as (

    select
        decisions.calendar,
        decisions.as_of_date,
        venue_sessions.venue,
        portfolio_calendar.calendar_date as trade_date

    from (
        select distinct
            rebalances.calendar,
            rebalances.as_of_date

        from {{ ref('rebalances') }} as rebalances
    ) as decisions

    inner join {{ ref('portfolio_calendar') }} as portfolio_calendar
        on
            decisions.calendar = portfolio_calendar.calendar
            and decisions.as_of_date < portfolio_calendar.calendar_date
            and {{ add_days('decisions.as_of_date', 20 + 2 * var('execution_lag_sessions')) }}
            >= portfolio_calendar.calendar_date

    inner join {{ ref('venue_sessions') }} as venue_sessions
        on portfolio_calendar.calendar_date = venue_sessions.session_date

    qualify
        row_number() over (
            partition by decisions.calendar, decisions.as_of_date, venue_sessions.venue
            order by portfolio_calendar.calendar_date
        ) = {{ var('execution_lag_sessions') }}

)

select
    desired_weights.as_of_date,
    desired_weights.strategy,
    desired_weights.symbol,
    desired_weights.asset_class,
    desired_weights.leg,
    desired_weights.score,
    desired_weights.score_rank,
    desired_weights.n_candidates,
    desired_weights.desired_weight,
    desired_weights.desired_weight as target_weight,
    trade_dates.trade_date,
    desired_weights.is_leg_underfilled

from {{ ref('desired_weights') }} as desired_weights

inner join {{ ref('assets') }} as assets on desired_weights.symbol = assets.symbol

inner join trade_dates
    on
        desired_weights.calendar = trade_dates.calendar
        and desired_weights.as_of_date = trade_dates.as_of_date
        and assets.venue = trade_dates.venue

where desired_weights.is_scheduled
