{# Cash dividends on the bar that earns them, per share of that bar, in its own currency. #}
with

first_bars as (

    select
        bars.symbol,
        min(bars.bar_date) as bar_date

    from {{ ref('accepted_bars') }} as bars

    where bars.base_per_unit is not null

    group by bars.symbol

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
        bars.bar_date,
        bars.currency,
        bars.price_basis,
        bars.close_local,
        bars.shares_per_first_share,
        bars.base_per_unit

    from (
        select distinct
            payments.symbol,
            payments.ex_date

        from payments
    ) as days

    left join {{ ref('accepted_bars') }} as bars
        on
            days.symbol = bars.symbol
            and days.ex_date = bars.bar_date
            and bars.base_per_unit is not null

),

-- A dividend whose day has no bar is earned on the next one.
days_earned as (

    select
        days_paid.symbol,
        days_paid.ex_date,
        days_paid.bar_date,
        days_paid.currency,
        days_paid.price_basis,
        days_paid.close_local,
        days_paid.shares_per_first_share,
        days_paid.base_per_unit

    from days_paid

    where days_paid.bar_date is not null

    union all

    select
        days_paid.symbol,
        days_paid.ex_date,
        min(bars.bar_date) as bar_date,
        min_by(bars.currency, bars.bar_date) as currency,
        min_by(bars.price_basis, bars.bar_date) as price_basis,
        min_by(bars.close_local, bars.bar_date) as close_local,
        min_by(bars.shares_per_first_share, bars.bar_date) as shares_per_first_share,
        min_by(bars.base_per_unit, bars.bar_date) as base_per_unit

    from days_paid

    inner join {{ ref('accepted_bars') }} as bars
        on
            days_paid.symbol = bars.symbol
            and days_paid.ex_date < bars.bar_date

    where days_paid.bar_date is null and bars.base_per_unit is not null

    group by days_paid.symbol, days_paid.ex_date

),

-- Who buys at the first bar has earned nothing before it.
earning_bars as (

    select days_earned.*

    from days_earned

    inner join first_bars on days_earned.symbol = first_bars.symbol

    where days_earned.bar_date > first_bars.bar_date

)

-- Its shares are those of its own day; one in another currency is converted at the bar's rate.
select
    earning_bars.symbol,
    earning_bars.bar_date,
    max(earning_bars.close_local) as close_local,
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
