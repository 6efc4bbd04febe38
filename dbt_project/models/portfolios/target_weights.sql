{{ config(materialized='view' if var('sweep') else 'table') }}
{# The weight meant to stand after each scheduled rebalance, and the session it is to trade on: #}
{# the first of the book's calendar after the decision on which the asset's venue is open. Where #}
{# a limit of the book acts at the trade (turnover, band, volume), target_weight is known then, #}
{# and is the desired weight before; what such a book could not sell stands here, scoreless. #}
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

),

-- Where the first trade after the decision aimed at, in books with a limit.
aimed as (

    select
        book_steps.as_of_date,
        books.strategy,
        book_assets.symbol,
        book_assets.asset_class,
        books.calendar,
        min_by(
            coalesce(book_paths.unfilled_target_weight, book_paths.weight_after),
            book_paths.step_no
        ) as target_weight

    from {{ ref('book_paths') }} as book_paths

    inner join {{ ref('books') }} as books
        on
            book_paths.strategy_no = books.strategy_no
            and (
                books.turnover_cap is not null
                or books.no_trade_band is not null
                or books.participation_cap is not null
            )

    inner join {{ ref('book_steps') }} as book_steps
        on books.schedule_no = book_steps.schedule_no and book_paths.step_no = book_steps.step_no

    inner join {{ ref('book_assets') }} as book_assets
        on book_paths.asset_no = book_assets.asset_no

    where book_paths.is_executed

    group by all

),

wanted as (

    select *

    from {{ ref('desired_weights') }}

    where is_scheduled

),

meant as (

    select
        coalesce(wanted.as_of_date, aimed.as_of_date) as as_of_date,
        coalesce(wanted.strategy, aimed.strategy) as strategy,
        coalesce(wanted.symbol, aimed.symbol) as symbol,
        coalesce(wanted.asset_class, aimed.asset_class) as asset_class,
        coalesce(wanted.calendar, aimed.calendar) as calendar,
        coalesce(wanted.leg, case when aimed.target_weight > 0 then 'long' else 'short' end)
            as leg,
        wanted.score,
        wanted.score_rank,
        wanted.n_candidates,
        coalesce(wanted.desired_weight, 0) as desired_weight,
        coalesce(aimed.target_weight, wanted.desired_weight) as target_weight,
        coalesce(wanted.is_leg_underfilled, false) as is_leg_underfilled,
        coalesce(wanted.is_beta_unhedged, false) as is_beta_unhedged

    from wanted

    full outer join aimed
        on
            wanted.as_of_date = aimed.as_of_date
            and wanted.strategy = aimed.strategy
            and wanted.symbol = aimed.symbol

    where wanted.strategy is not null or aimed.target_weight <> 0

)

select
    meant.as_of_date,
    meant.strategy,
    meant.symbol,
    meant.asset_class,
    meant.leg,
    meant.score,
    meant.score_rank,
    meant.n_candidates,
    meant.desired_weight,
    meant.target_weight,
    trade_dates.trade_date,
    meant.is_leg_underfilled,
    meant.is_beta_unhedged

from meant

inner join {{ ref('assets') }} as assets on meant.symbol = assets.symbol

inner join trade_dates
    on
        meant.calendar = trade_dates.calendar
        and meant.as_of_date = trade_dates.as_of_date
        and assets.venue = trade_dates.venue
