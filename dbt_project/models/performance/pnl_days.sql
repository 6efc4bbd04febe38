{{ config(schema='construction') }}
{# Each day of a book with what tables of its parts need: the NAV it opened with, the days since #}
{# the session before, and the sessions of a year of its calendar. #}
{% set session_years = {
    'equity_sessions': var('sessions').equity.year, 'calendar_days': var('sessions').crypto.year
} %}
select
    daily_pnl.date,
    daily_pnl.strategy,
    row_number() over history as day_no,
    {{ by_asset_class({
        'equity': session_years[var('calendars').equity],
        'crypto': session_years[var('calendars').crypto],
        'both': session_years[var('calendars').both],
    }, 'strategies.asset_class') }} as window_sessions,
    {{ days_between('lag(daily_pnl.date) over history', 'daily_pnl.date') }} as spanned_days,
    coalesce(lag(daily_pnl.nav) over history, 1) as opening_nav,
    daily_pnl.nav,
    daily_pnl.net_return,
    daily_pnl.gross_return,
    daily_pnl.benchmark_return,
    daily_pnl.cost_return,
    daily_pnl.turnover,
    daily_pnl.net_return - daily_pnl.risk_free_return as excess_return,
    daily_pnl.benchmark_return - daily_pnl.risk_free_return as benchmark_excess_return

from {{ ref('daily_pnl') }} as daily_pnl

inner join {{ ref('strategies') }} as strategies on daily_pnl.strategy = strategies.strategy

window history as (partition by daily_pnl.strategy order by daily_pnl.date)
