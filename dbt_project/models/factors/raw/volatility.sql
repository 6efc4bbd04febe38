{# Risk: standard deviation of daily returns, annualized, Ang et al. (2006); slope on the asset #}
{# class's market, Frazzini and Pedersen (2014), and what that leaves, annualized, Ang et al. #}
{# (2006); the month's largest daily return, Bali, Cakici and Whitelaw (2011). #}
with

-- Whose history is asked for, and when: of other rows no window looks back.
asked as (

    select distinct
        members.symbol,
        members.session_date

    from {{ ref('cross_section_members') }} as members

),

returns as {{ inlined() }} (

    select
        prices_daily.as_of_date,
        prices_daily.symbol,
        prices_daily.asset_class,
        prices_daily.session_no,
        prices_daily.listing_no,
        case when not prices_daily.is_stale then prices_daily.ret_1d end as ret_1d,
        case
            when not prices_daily.is_stale and prices_daily.ret_1d is not null
                then market_returns.market_return
        end as market_return,
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
            returns.as_of_date,
            returns.symbol,
            returns.asset_class,
            returns.is_asked,
            case
                when
                    count(returns.ret_1d) over past_year
                    >= {{ sessions.year * var('window_coverage') }}
                    then stddev_samp(returns.ret_1d) over past_year * sqrt({{ sessions.year }})
            end as volatility_1y,
            case
                when
                    count(returns.ret_1d) over past_quarter
                    >= {{ 3 * sessions.month * var('window_coverage') }}
                    then stddev_samp(returns.ret_1d) over past_quarter * sqrt({{ sessions.year }})
            end as volatility_3m,
            case
                when
                    count(returns.market_return) over past_year
                    >= {{ sessions.year * var('window_coverage') }}
                    then regr_slope(returns.ret_1d, returns.market_return) over past_year
            end as slope_1y,
            case
                when
                    count(returns.ret_1d) over past_month
                    >= {{ sessions.month * var('window_coverage') }}
                    then max(returns.ret_1d) over past_month
            end as max_return_1m,
            sqrt({{ sessions.year }}) as annualizing,
            case
                when
                    count(returns.market_return) over past_quarter
                    >= {{ 3 * sessions.month * var('window_coverage') }}
                    then count(returns.market_return) over past_quarter - 2
            end as n_left,
            regr_syy(returns.ret_1d, returns.market_return) over past_quarter
            * (1 - regr_r2(returns.ret_1d, returns.market_return) over past_quarter)
                as sum_squares_left

        from returns

        where returns.asset_class = '{{ asset_class }}'

        window
            past_month as (
                partition by returns.symbol, returns.listing_no
                order by returns.session_no
                {{ rows_up_to_current(sessions.month, 'returns.is_asked') }} -- noqa: PRS
            ),
            past_quarter as (
                partition by returns.symbol, returns.listing_no
                order by returns.session_no
                {{ rows_up_to_current(3 * sessions.month, 'returns.is_asked') }} -- noqa: PRS
            ),
            past_year as (
                partition by returns.symbol, returns.listing_no
                order by returns.session_no
                {{ rows_up_to_current(sessions.year, 'returns.is_asked') }} -- noqa: PRS
            )

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

),

-- A market that did not move has no slope and explains nothing. A name that is all market leaves
-- nothing, by rounding even less than that: 0.
measured as (

    select
        rolled.*,
        case when {{ is_finite('rolled.slope_1y') }} then rolled.slope_1y end as beta_1y,
        case
            when rolled.n_left > 0 and rolled.sum_squares_left > 0
                then sqrt(rolled.sum_squares_left / rolled.n_left) * rolled.annualizing
            when rolled.n_left > 0 and rolled.sum_squares_left <= 0 then 0
        end as idiosyncratic_volatility_3m

    from rolled

    where rolled.is_asked

)

select
    members.as_of_date,
    members.symbol,
    members.asset_class,
    -- For market-neutral books, whatever factors are computed.
    measured.beta_1y as market_beta
    {{- factor_columns('volatility', 'measured') }}

from {{ ref('cross_section_members') }} as members

inner join measured
    on
        members.symbol = measured.symbol
        and members.session_date = measured.as_of_date
