{# Momentum. Jegadeesh and Titman (1993): the year's or half year's return without its last, #}
{# reversing month. Liu, Tsyvinski and Wu (2022): one to four weeks, none skipped. #}
{# George and Hwang (2004): the price as a share of the year's highest. #}
with

-- Whose history is asked for, and when: of other rows no window looks back.
asked as (

    select distinct
        members.symbol,
        members.session_date

    from {{ ref('cross_section_members') }} as members

),

returns as (

    {% for asset_class, sessions in var('sessions').items() %}

        select
            prices_daily.as_of_date,
            prices_daily.symbol,
            prices_daily.asset_class,
            asked.symbol is not null as is_asked,
            {{ past_return(sessions.year, sessions.month) }} as momentum_12_1,
            {{ past_return(6 * sessions.month, sessions.month) }} as momentum_6_1,
            {{ past_return(7, 0) }} as momentum_1w,
            {{ past_return(14, 0) }} as momentum_2w,
            {{ past_return(21, 0) }} as momentum_3w,
            {{ past_return(28, 0) }} as momentum_4w,
            case
                when
                    prices_daily.n_bars
                    - coalesce(lag(prices_daily.n_bars, {{ sessions.year }}) over history, 0)
                    >= {{ sessions.year * var('window_coverage') }}
                    then
                        prices_daily.adj_close
                        / nullif(
                            max(case when not prices_daily.is_stale then prices_daily.adj_close end)
                                over past_year,
                            0
                        )
            end as high_52w

        from {{ ref('prices_daily') }} as prices_daily

        left join asked
            on
                prices_daily.symbol = asked.symbol
                and prices_daily.as_of_date = asked.session_date

        where prices_daily.asset_class = '{{ asset_class }}'

        window
            history as (
                partition by prices_daily.symbol, prices_daily.listing_no
                order by prices_daily.session_no
            ),
            past_year as (
                partition by prices_daily.symbol, prices_daily.listing_no
                order by prices_daily.session_no
                {{ rows_up_to_current(sessions.year, 'asked.symbol is not null') }} -- noqa: PRS
            )

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

)

select
    members.as_of_date,
    members.symbol,
    members.asset_class
    {{- factor_columns('momentum', 'returns') }}

from {{ ref('cross_section_members') }} as members

inner join returns
    on
        members.symbol = returns.symbol
        and members.session_date = returns.as_of_date
        and returns.is_asked
