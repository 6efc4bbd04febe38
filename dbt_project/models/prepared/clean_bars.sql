{# The bars that passed, in the base currency, with their total-return price. #}
{# adj_close is a forward index from the first bar: close x splits x prod(1 + dividend / close). #}
with

bars as (

    select
        screened_bars.symbol,
        screened_bars.bar_date,
        screened_bars.session_no,
        screened_bars.asset_class,
        screened_bars.venue,
        screened_bars.currency,
        screened_bars.price_basis,
        screened_bars.open,
        screened_bars.high,
        screened_bars.low,
        screened_bars.close as close_local,
        screened_bars.close * fx_daily.base_per_unit as close,
        screened_bars.close * fx_daily.usd_per_unit as close_usd,
        screened_bars.volume,
        screened_bars.shares_per_first_share,
        fx_daily.base_per_unit,
        lag(screened_bars.bar_date) over (
            partition by screened_bars.symbol
            order by screened_bars.bar_date
        ) as prior_bar_date

    from {{ ref('screened_bars') }} as screened_bars

    inner join {{ ref('fx_daily') }} as fx_daily
        on
            screened_bars.currency = fx_daily.currency
            and screened_bars.bar_date = fx_daily.rate_date

    left join {{ ref('unconfirmed_moves') }} as unconfirmed_moves
        on
            screened_bars.symbol = unconfirmed_moves.symbol
            and screened_bars.bar_date = unconfirmed_moves.bar_date

    where screened_bars.reason is null and unconfirmed_moves.symbol is null

),

-- A dividend whose day has no bar is earned on the next one. Its shares are those of its own day.
dividends as (

    select
        bars.symbol,
        bars.bar_date,
        sum(
            corporate_actions.value
            * coalesce(split_index.shares_per_first_share, 1)
            / bars.shares_per_first_share
        ) as dividend_local

    from bars

    inner join {{ ref('stg_raw__corporate_actions') }} as corporate_actions
        on
            bars.symbol = corporate_actions.symbol
            and bars.prior_bar_date < corporate_actions.ex_date
            and bars.bar_date >= corporate_actions.ex_date

    left join {{ ref('split_index') }} as split_index
        on
            corporate_actions.symbol = split_index.symbol
            and bars.price_basis = 'as_traded'
            and corporate_actions.ex_date >= split_index.from_date
            and corporate_actions.ex_date < split_index.to_date

    where
        corporate_actions.action_type = 'cash_dividend'
        and bars.price_basis <> 'total_return'
        and corporate_actions.value > 0
        and {{ is_finite('corporate_actions.value') }}

    group by all

),

adjusted as (

    select
        bars.*,
        coalesce(dividends.dividend_local, 0) as dividend_local,
        bars.close
        * bars.shares_per_first_share
        / first_value(bars.shares_per_first_share) over history
        * exp(
            sum(ln(1 + coalesce(dividends.dividend_local, 0) / bars.close_local)) over history
        ) as adj_close

    from bars

    left join dividends
        on bars.symbol = dividends.symbol and bars.bar_date = dividends.bar_date

    window history as (
        partition by bars.symbol
        order by bars.bar_date
        rows between unbounded preceding and current row
    )

)

select * from adjusted
