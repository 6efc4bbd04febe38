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
        bars.*,
        lag(bars.bar_date) over (
            partition by bars.symbol
            order by bars.bar_date
        ) as prior_bar_date

    from bars

    where bars.base_per_unit is not null

),

-- A dividend whose day has no bar is earned on the next one. Its shares are those of its own day;
-- one in another currency is converted at the bar's rate.
dividends as (

    select
        priced.symbol,
        priced.bar_date,
        sum(
            corporate_actions.value
            * case
                when corporate_actions.currency = priced.currency then 1
                when corporate_actions.currency is null then 1
                else dividend_rates.base_per_unit / priced.base_per_unit
            end
            * coalesce(split_index.shares_per_first_share, 1)
            / priced.shares_per_first_share
        ) as dividend_local

    from priced

    inner join {{ ref('stg_raw__corporate_actions') }} as corporate_actions
        on
            priced.symbol = corporate_actions.symbol
            and priced.prior_bar_date < corporate_actions.ex_date
            and priced.bar_date >= corporate_actions.ex_date

    left join {{ ref('fx_daily') }} as dividend_rates
        on
            corporate_actions.currency = dividend_rates.currency
            and priced.bar_date = dividend_rates.rate_date

    left join {{ ref('split_index') }} as split_index
        on
            corporate_actions.symbol = split_index.symbol
            and priced.price_basis = 'as_traded'
            and corporate_actions.ex_date >= split_index.from_date
            and corporate_actions.ex_date < split_index.to_date

    where
        corporate_actions.action_type = 'cash_dividend'
        and priced.price_basis <> 'total_return'
        and corporate_actions.value > 0
        and {{ is_finite('corporate_actions.value') }}

    group by all

),

earned as (

    select
        priced.*,
        coalesce(dividends.dividend_local, 0) as dividend_local,
        ln(1 + coalesce(dividends.dividend_local, 0) / priced.close_local) as log_dividend_growth

    from priced

    left join dividends
        on priced.symbol = dividends.symbol and priced.bar_date = dividends.bar_date

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

adjusted as (

    select
        earned.symbol,
        earned.bar_date,
        earned.prior_bar_date,
        earned.dividend_local,
        earned.close
        * earned.shares_per_first_share
        / coalesce(
            exp(first_value(earned.log_dividend_growth) over history)
            / first_value(kept.growth) over history,
            first_value(earned.shares_per_first_share) over history
        )
        * exp(sum(earned.log_dividend_growth) over history) as adj_close

    from earned

    left join kept on earned.symbol = kept.symbol and earned.bar_date = kept.bar_date

    window history as (
        partition by earned.symbol
        order by earned.bar_date
        rows between unbounded preceding and current row
    )

)

select
    bars.*,
    adjusted.prior_bar_date,
    adjusted.dividend_local,
    adjusted.adj_close

from bars

left join adjusted
    on bars.symbol = adjusted.symbol and bars.bar_date = adjusted.bar_date
