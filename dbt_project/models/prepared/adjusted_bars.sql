{# What a bar takes from those before it: its number, and the total-return price that goes on #}
{# from theirs: a forward index from the first bar, close x splits x prod(1 + dividend / close). #}
{# Few columns: to sort wide rows takes their width in time. #}
{# A bar without an exchange rate stays, its price missing: the asset is there all the same. #}
{% set kept_columns = {
    'symbol': 'string',
    'bar_date': 'date',
    'session_no': 'bigint',
    'bar_no': 'bigint',
    'dividend_growth': 'double',
    'adj_close': 'double',
} %}
with

-- What an update keeps, of late and of all days.
recent_bars as (

    select * from {{ kept_rows(kept_columns, recent=true) }} as bars_of_late

),

earlier_bars as (

    select * from {{ kept_rows(kept_columns) }} as bars_kept

),

-- Nearly every name has a price of late: of the others alone all bars are looked through.
silent_names as (

    select distinct bars.symbol

    from {{ ref('accepted_bars') }} as bars

    left join recent_bars
        on bars.symbol = recent_bars.symbol and recent_bars.adj_close is not null

    where bars.bar_date >= {{ first_renewed_day() }} and recent_bars.symbol is null

),

kept_bars as (

    select * from recent_bars

    union all

    select earlier_bars.*

    from earlier_bars

    inner join silent_names on earlier_bars.symbol = silent_names.symbol

),

-- Each name as of its last bar before those made anew.
kept as (

    select
        kept_bars.symbol,
        max(kept_bars.session_no) as session_no,
        max(kept_bars.bar_no) as bar_no,
        max_by(
            kept_bars.adj_close,
            case when kept_bars.adj_close is not null then kept_bars.bar_date end
        ) as adj_close,
        max_by(
            kept_bars.dividend_growth,
            case when kept_bars.adj_close is not null then kept_bars.bar_date end
        ) as dividend_growth

    from kept_bars

    group by kept_bars.symbol

),

first_bars as (

    select
        bars.symbol,
        min_by(bars.shares_per_first_share, bars.bar_date) as shares_per_first_share

    from {{ ref('accepted_bars') }} as bars

    where bars.base_per_unit is not null

    group by bars.symbol

),

-- A bar without a rate stands apart: it is no link of the history. Those that do not count are
-- added up: they are few, and DuckDB is slow to count over a frame.
links as (

    select
        bars.symbol,
        bars.bar_date,
        bars.session_no,
        bars.close * bars.shares_per_first_share as worth,
        dividends.dividend_local / dividends.close_local as dividend_yield,
        lag(bars.session_no) over by_symbol as prior_session_no,
        {{ ignoring_nulls('last_value', 'bars.close * bars.shares_per_first_share') }}
            over before_bar as prior_worth,
        row_number() over by_symbol
        - coalesce(
            cast(sum(
                case
                    when bars.bar_date < {{ first_renewed_day() }} or bars.base_per_unit is null
                        then 1e0
                end
            ) over to_bar as bigint),
            0
        ) as n_bars,
        coalesce(
            sum(
                case
                    when bars.bar_date >= {{ first_renewed_day() }}
                        then ln(1 + dividends.dividend_local / dividends.close_local)
                end
            ) over to_bar,
            0
        ) as log_growth

    from {{ ref('accepted_bars') }} as bars

    left join {{ ref('dividends_earned') }} as dividends
        on bars.symbol = dividends.symbol and bars.bar_date = dividends.bar_date

    window
        by_symbol as (partition by bars.symbol order by bars.bar_date),
        to_bar as (
            partition by bars.symbol
            order by bars.bar_date
            rows between unbounded preceding and current row
        ),
        before_bar as (
            partition by bars.symbol
            order by bars.bar_date
            rows between unbounded preceding and 1 preceding
        )

),

grown as (

    select
        links.*,
        coalesce(links.prior_session_no, kept.session_no) as session_no_before,
        coalesce(kept.bar_no, 0) + links.n_bars as bar_no,
        coalesce(kept.dividend_growth, 1 / first_bars.shares_per_first_share)
        * exp(links.log_growth) as dividend_growth,
        kept.adj_close as kept_adj_close

    from links

    left join first_bars on links.symbol = first_bars.symbol

    left join kept on links.symbol = kept.symbol

)

select
    grown.symbol,
    grown.bar_date,
    grown.session_no,
    grown.session_no_before as prior_session_no,
    grown.bar_no,
    grown.dividend_growth,
    grown.worth * grown.dividend_growth as adj_close,
    coalesce(
        grown.prior_worth * grown.dividend_growth / (1 + coalesce(grown.dividend_yield, 0)),
        grown.kept_adj_close
    ) as prior_adj_close

from grown

{{ stored_by('grown.bar_date') }}
