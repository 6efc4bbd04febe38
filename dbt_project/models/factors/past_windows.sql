{{ config(schema='construction') }}
{# What the families whose windows look back over prices are made of (momentum, volatility, #}
{# liquidity), for the names that are ranked: one sort of all prices for the three of them. #}
with

-- Whose history is asked for, and when: of other rows no window looks back.
asked as (

    select distinct
        members.symbol,
        members.session_date

    from {{ ref('cross_section_members') }} as members

    where members.as_of_date >= {{ first_renewed_day() }}

),

-- A stale row carries the last price: it is no bar.
bars as {{ inlined() }} (

    select
        prices_daily.as_of_date,
        prices_daily.symbol,
        prices_daily.asset_class,
        prices_daily.session_no,
        prices_daily.listing_no,
        prices_daily.n_bars,
        prices_daily.adj_close,
        case when not prices_daily.is_stale then prices_daily.adj_close end as bar_adj_close,
        case when not prices_daily.is_stale then prices_daily.ret_1d end as ret_1d,
        case
            when not prices_daily.is_stale and prices_daily.ret_1d is not null
                then market_returns.market_return
        end as market_return,
        case when not prices_daily.is_stale then prices_daily.dollar_volume_usd end
            as dollar_volume_usd,
        case
            when not prices_daily.is_stale and prices_daily.dollar_volume_usd > 0
                then abs(prices_daily.ret_1d) / prices_daily.dollar_volume_usd
        end as return_per_dollar,
        asked.symbol is not null as is_asked

    from {{ ref('prices_daily') }} as prices_daily

    left join {{ ref('market_returns') }} as market_returns
        on
            prices_daily.asset_class = market_returns.asset_class
            and prices_daily.as_of_date = market_returns.as_of_date

    left join asked
        on
            prices_daily.symbol = asked.symbol
            and prices_daily.as_of_date = asked.session_date

),

rolled as (

    {% for asset_class, sessions in var('sessions').items() %}

        select
            bars.as_of_date,
            bars.symbol,
            bars.asset_class,
            bars.is_asked,
            {{ past_return(sessions.year, sessions.month) }} as momentum_12_1,
            {{ past_return(6 * sessions.month, sessions.month) }} as momentum_6_1,
            {{ past_return(7, 0) }} as momentum_1w,
            {{ past_return(14, 0) }} as momentum_2w,
            {{ past_return(21, 0) }} as momentum_3w,
            {{ past_return(28, 0) }} as momentum_4w,
            case
                when
                    bars.n_bars - coalesce(lag(bars.n_bars, {{ sessions.year }}) over history, 0)
                    >= {{ sessions.year * var('window_coverage') }}
                    then bars.adj_close / nullif(max(bars.bar_adj_close) over past_year, 0)
            end as high_52w,
            case
                when
                    count(bars.ret_1d) over past_year
                    >= {{ sessions.year * var('window_coverage') }}
                    then stddev_samp(bars.ret_1d) over past_year * sqrt({{ sessions.year }})
            end as volatility_1y,
            case
                when
                    count(bars.ret_1d) over past_quarter
                    >= {{ 3 * sessions.month * var('window_coverage') }}
                    then stddev_samp(bars.ret_1d) over past_quarter * sqrt({{ sessions.year }})
            end as volatility_3m,
            case
                when
                    count(bars.market_return) over past_year
                    >= {{ sessions.year * var('window_coverage') }}
                    then regr_slope(bars.ret_1d, bars.market_return) over past_year
            end as slope_1y,
            case
                when
                    count(bars.ret_1d) over past_month
                    >= {{ sessions.month * var('window_coverage') }}
                    then max(bars.ret_1d) over past_month
            end as max_return_1m,
            case
                when
                    count(bars.market_return) over past_quarter
                    >= {{ 3 * sessions.month * var('window_coverage') }}
                    then count(bars.market_return) over past_quarter - 2
            end as n_left_3m,
            case
                when
                    count(bars.market_return) over past_quarter
                    >= {{ 3 * sessions.month * var('window_coverage') }}
                    then
                        regr_syy(bars.ret_1d, bars.market_return) over past_quarter
                        * (1 - regr_r2(bars.ret_1d, bars.market_return) over past_quarter)
            end as sum_squares_left_3m,
            case
                when
                    count(bars.return_per_dollar) over past_month
                    >= {{ sessions.month * var('window_coverage') }}
                    then avg(bars.return_per_dollar) over past_month
            end as amihud_1m,
            case
                when
                    count(bars.dollar_volume_usd) over past_quarter
                    >= {{ 3 * sessions.month * var('window_coverage') }}
                    then avg(bars.dollar_volume_usd) over past_quarter
            end as mean_dollar_volume_3m

        from bars

        where bars.asset_class = '{{ asset_class }}'

        window
            history as (
                partition by bars.symbol, bars.listing_no
                order by bars.session_no
            ),
            past_month as (
                partition by bars.symbol, bars.listing_no
                order by bars.session_no
                {{ rows_up_to_current(sessions.month, 'bars.is_asked') }} -- noqa: PRS
            ),
            past_quarter as (
                partition by bars.symbol, bars.listing_no
                order by bars.session_no
                {{ rows_up_to_current(3 * sessions.month, 'bars.is_asked') }} -- noqa: PRS
            ),
            past_year as (
                partition by bars.symbol, bars.listing_no
                order by bars.session_no
                {{ rows_up_to_current(sessions.year, 'bars.is_asked') }} -- noqa: PRS
            )

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

)

select
    members.as_of_date,
    members.symbol,
    members.asset_class,
    rolled.momentum_12_1,
    rolled.momentum_6_1,
    rolled.momentum_1w,
    rolled.momentum_2w,
    rolled.momentum_3w,
    rolled.momentum_4w,
    rolled.high_52w,
    rolled.volatility_1y,
    rolled.volatility_3m,
    rolled.slope_1y,
    rolled.n_left_3m,
    rolled.sum_squares_left_3m,
    rolled.max_return_1m,
    rolled.amihud_1m,
    rolled.mean_dollar_volume_3m

from {{ ref('cross_section_members') }} as members

inner join rolled
    on
        members.symbol = rolled.symbol
        and members.session_date = rolled.as_of_date
        and rolled.is_asked
