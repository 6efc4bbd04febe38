{# Momentum. Jegadeesh and Titman (1993): the year's or half year's return without its last, #}
{# reversing month. Liu, Tsyvinski and Wu (2022): three weeks, none skipped. #}
with

returns as (

    {% for asset_class, sessions in var('sessions').items() %}

        select
            prices_daily.as_of_date,
            prices_daily.symbol,
            case
                when
                    count(case when not prices_daily.is_stale then 1 end) over past_year
                    >= {{ (sessions.year - sessions.month) * var('window_coverage') }}
                    then
                        lag(prices_daily.adj_close, {{ sessions.month }}) over history
                        / nullif(lag(prices_daily.adj_close, {{ sessions.year }}) over history, 0)
                        - 1
            end as momentum_12_1,
            case
                when
                    count(case when not prices_daily.is_stale then 1 end) over half_year
                    >= {{ 5 * sessions.month * var('window_coverage') }}
                    then
                        lag(prices_daily.adj_close, {{ sessions.month }}) over history
                        / nullif(
                            lag(prices_daily.adj_close, {{ 6 * sessions.month }}) over history, 0
                        )
                        - 1
            end as momentum_6_1,
            case
                when
                    count(case when not prices_daily.is_stale then 1 end) over three_weeks
                    >= {{ 21 * var('window_coverage') }}
                    then
                        prices_daily.adj_close
                        / nullif(lag(prices_daily.adj_close, 21) over history, 0)
                        - 1
            end as momentum_3w

        from {{ ref('prices_daily') }} as prices_daily

        where prices_daily.asset_class = '{{ asset_class }}'

        window
            history as (
                partition by prices_daily.symbol, prices_daily.listing_no
                order by prices_daily.session_no
            ),
            past_year as (
                partition by prices_daily.symbol, prices_daily.listing_no
                order by prices_daily.session_no
                rows between {{ sessions.year - 1 }} preceding and {{ sessions.month }} preceding
            ),
            half_year as (
                partition by prices_daily.symbol, prices_daily.listing_no
                order by prices_daily.session_no
                rows between {{ 6 * sessions.month - 1 }} preceding
                and {{ sessions.month }} preceding
            ),
            three_weeks as (
                partition by prices_daily.symbol, prices_daily.listing_no
                order by prices_daily.session_no
                rows between 20 preceding and current row
            )

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

)

select
    members.as_of_date,
    members.symbol,
    members.asset_class{% if registered_factors('momentum') %},{% endif %}
    {% for factor in registered_factors('momentum') %}
        returns.{{ factor.name }}{% if not loop.last %},{% endif %}
    {% endfor %}

from {{ ref('cross_section_members') }} as members

inner join returns
    on
        members.symbol = returns.symbol
        and members.session_date = returns.as_of_date
