{# The bars that passed, in the base currency, with their total-return price. #}
{# adj_close is a forward index from the first bar: close x splits x prod(1 + dividend / close). #}
{# A bar without an exchange rate stays, its price missing: the asset is there all the same. #}
with

-- What an update keeps: each name as of its last bar before those made anew.
kept as (

    select
        kept_bars.symbol,
        max(kept_bars.session_no) as session_no,
        max(kept_bars.bar_no) as bar_no,
        max_by(
            kept_bars.adj_close, case when kept_bars.close is not null then kept_bars.bar_date end
        ) as adj_close,
        max_by(
            kept_bars.adj_close / (kept_bars.close * kept_bars.shares_per_first_share),
            case when kept_bars.close is not null then kept_bars.bar_date end
        ) as growth

    from {{ kept_rows(
        {
            'symbol': 'string',
            'bar_date': 'date',
            'session_no': 'bigint',
            'bar_no': 'bigint',
            'close': 'double',
            'shares_per_first_share': 'double',
            'adj_close': 'double',
        },
    ) }} as kept_bars

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

-- What a bar needs of those before it, in few columns: to sort wide rows takes their width in time.
-- A bar without a rate stands apart: it is no link of the history.
links as (

    select
        bars.symbol,
        bars.bar_date,
        lag(bars.session_no) over by_symbol as prior_session_no,
        {{ ignoring_nulls('last_value', 'bars.close * bars.shares_per_first_share') }}
            over before_bar as prior_worth,
        count(case when bars.bar_date >= {{ first_renewed_day() }} then bars.base_per_unit end)
            over to_bar as n_bars,
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

)

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
    coalesce(links.prior_session_no, kept.session_no) as prior_session_no,
    coalesce(kept.bar_no, 0) + links.n_bars as bar_no,
    case when bars.base_per_unit is not null then coalesce(dividends.dividend_local, 0) end
        as dividend_local,
    bars.close
    * bars.shares_per_first_share
    * coalesce(kept.growth, 1 / first_bars.shares_per_first_share)
    * exp(links.log_growth) as adj_close,
    coalesce(
        links.prior_worth
        * coalesce(kept.growth, 1 / first_bars.shares_per_first_share)
        * exp(links.log_growth)
        / (1 + coalesce(dividends.dividend_local / dividends.close_local, 0)),
        kept.adj_close
    ) as prior_adj_close

from {{ ref('accepted_bars') }} as bars

inner join links on bars.symbol = links.symbol and bars.bar_date = links.bar_date

left join first_bars on bars.symbol = first_bars.symbol

left join {{ ref('dividends_earned') }} as dividends
    on bars.symbol = dividends.symbol and bars.bar_date = dividends.bar_date

left join kept on bars.symbol = kept.symbol
