{# The bars that passed, in the base currency, with their total-return price. #}
{# adj_close is a forward index from the first bar: close x splits x prod(1 + dividend / close). #}
{# A bar without an exchange rate stays, its price missing: the asset is there all the same. #}
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
        fx_daily.base_per_unit

    from {{ ref('screened_bars') }} as screened_bars

    left join {{ ref('fx_daily') }} as fx_daily
        on
            screened_bars.currency = fx_daily.currency
            and screened_bars.bar_date = fx_daily.rate_date

    left join {{ ref('unconfirmed_moves') }} as unconfirmed_moves
        on
            screened_bars.symbol = unconfirmed_moves.symbol
            and screened_bars.bar_date = unconfirmed_moves.bar_date

    where screened_bars.reason is null and unconfirmed_moves.symbol is null

),

priced as (

    select
        bars.symbol,
        bars.bar_date,
        bars.currency,
        bars.price_basis,
        bars.shares_per_first_share,
        bars.base_per_unit

    from bars

    where bars.base_per_unit is not null

),

first_bars as (

    select
        priced.symbol,
        min(priced.bar_date) as bar_date

    from priced

    group by priced.symbol

),

payments as (

    select
        corporate_actions.symbol,
        corporate_actions.ex_date,
        corporate_actions.value,
        corporate_actions.currency

    from {{ ref('stg_raw__corporate_actions') }} as corporate_actions

    where
        corporate_actions.action_type = 'cash_dividend'
        and corporate_actions.value > 0
        and {{ is_finite('corporate_actions.value') }}

),

days_paid as (

    select
        days.symbol,
        days.ex_date,
        priced.bar_date

    from (
        select distinct
            payments.symbol,
            payments.ex_date

        from payments
    ) as days

    left join priced
        on
            days.symbol = priced.symbol
            and days.ex_date = priced.bar_date

),

-- A dividend whose day has no bar is earned on the next one.
days_earned as (

    select
        days_paid.symbol,
        days_paid.ex_date,
        days_paid.bar_date

    from days_paid

    where days_paid.bar_date is not null

    union all

    select
        days_paid.symbol,
        days_paid.ex_date,
        min(priced.bar_date) as bar_date

    from days_paid

    inner join priced
        on
            days_paid.symbol = priced.symbol
            and days_paid.ex_date < priced.bar_date

    where days_paid.bar_date is null

    group by days_paid.symbol, days_paid.ex_date

),

-- Who buys at the first bar has earned nothing before it.
earning_bars as (

    select
        days_earned.symbol,
        days_earned.ex_date,
        priced.bar_date,
        priced.currency,
        priced.price_basis,
        priced.shares_per_first_share,
        priced.base_per_unit

    from days_earned

    left join first_bars on days_earned.symbol = first_bars.symbol

    left join priced
        on
            days_earned.symbol = priced.symbol
            and days_earned.bar_date = priced.bar_date

    where days_earned.bar_date > first_bars.bar_date

),

-- Its shares are those of its own day; one in another currency is converted at the bar's rate.
dividends as (

    select
        earning_bars.symbol,
        earning_bars.bar_date,
        sum(
            payments.value
            * case
                when payments.currency = earning_bars.currency then 1
                when payments.currency is null then 1
                else dividend_rates.base_per_unit / earning_bars.base_per_unit
            end
            * coalesce(split_index.shares_per_first_share, 1)
            / earning_bars.shares_per_first_share
        ) as dividend_local

    from payments

    inner join earning_bars
        on
            payments.symbol = earning_bars.symbol
            and payments.ex_date = earning_bars.ex_date

    left join {{ ref('fx_daily') }} as dividend_rates
        on
            payments.currency = dividend_rates.currency
            and earning_bars.bar_date = dividend_rates.rate_date

    left join {{ ref('split_index') }} as split_index
        on
            payments.symbol = split_index.symbol
            and earning_bars.price_basis = 'as_traded'
            and payments.ex_date >= split_index.from_date
            and payments.ex_date < split_index.to_date

    where earning_bars.price_basis <> 'total_return'

    group by earning_bars.symbol, earning_bars.bar_date

),

-- What an update keeps: the shares and dividends of a first share up to each bar.
kept as (

    select
        kept_bars.symbol,
        kept_bars.bar_date,
        kept_bars.adj_close / (kept_bars.close * kept_bars.shares_per_first_share) as growth

    from {{ kept_rows(
        {
            'symbol': 'string',
            'bar_date': 'date',
            'close': 'double',
            'shares_per_first_share': 'double',
            'adj_close': 'double',
        },
        recent=true,
    ) }} as kept_bars

),

-- A bar without a rate stands apart: it is no link of the history.
paid as (

    select
        bars.*,
        bars.base_per_unit is not null as is_priced,
        case when bars.base_per_unit is not null then coalesce(dividends.dividend_local, 0) end
            as dividend_local,
        case
            when bars.base_per_unit is not null
                then ln(1 + coalesce(dividends.dividend_local, 0) / bars.close_local)
        end as log_dividend_growth,
        kept.growth as kept_growth

    from bars

    left join dividends
        on bars.symbol = dividends.symbol and bars.bar_date = dividends.bar_date

    left join kept on bars.symbol = kept.symbol and bars.bar_date = kept.bar_date

)

select
    paid.symbol,
    paid.bar_date,
    paid.session_no,
    paid.asset_class,
    paid.venue,
    paid.currency,
    paid.price_basis,
    paid.open,
    paid.high,
    paid.low,
    paid.close_local,
    paid.close,
    paid.close_usd,
    paid.volume,
    paid.shares_per_first_share,
    paid.base_per_unit,
    case when paid.is_priced then lag(paid.bar_date) over by_day end as prior_bar_date,
    paid.dividend_local,
    paid.close
    * paid.shares_per_first_share
    / coalesce(
        exp(first_value(paid.log_dividend_growth) over history)
        / first_value(paid.kept_growth) over history,
        first_value(paid.shares_per_first_share) over history
    )
    * exp(sum(paid.log_dividend_growth) over history) as adj_close

from paid

window
    by_day as (partition by paid.symbol, paid.is_priced order by paid.bar_date),
    history as (
        partition by paid.symbol, paid.is_priced
        order by paid.bar_date
        rows between unbounded preceding and current row
    )
