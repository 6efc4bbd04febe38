{# Liquidity: what a dollar of trading moves the price, mean of |ret_1d| / dollar volume over a #}
{# month, Amihud (2002); ln(mean dollar volume), Brennan, Chordia and Subrahmanyam (1998). #}
with

-- Whose history is asked for, and when: of other rows no window looks back.
asked as (

    select distinct
        members.symbol,
        members.session_date

    from {{ ref('cross_section_members') }} as members

),

bars as {{ inlined() }} (

    select
        prices_daily.as_of_date,
        prices_daily.symbol,
        prices_daily.asset_class,
        prices_daily.session_no,
        prices_daily.listing_no,
        case when not prices_daily.is_stale then prices_daily.dollar_volume_usd end
            as dollar_volume_usd,
        case
            when not prices_daily.is_stale and prices_daily.dollar_volume_usd > 0
                then abs(prices_daily.ret_1d) / prices_daily.dollar_volume_usd
        end as return_per_dollar,
        asked.symbol is not null as is_asked

    from {{ ref('prices_daily') }} as prices_daily

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
            end as mean_dollar_volume

        from bars

        where bars.asset_class = '{{ asset_class }}'

        window
            past_month as (
                partition by bars.symbol, bars.listing_no
                order by bars.session_no
                {{ rows_up_to_current(sessions.month, 'bars.is_asked') }} -- noqa: PRS
            ),
            past_quarter as (
                partition by bars.symbol, bars.listing_no
                order by bars.session_no
                {{ rows_up_to_current(3 * sessions.month, 'bars.is_asked') }} -- noqa: PRS
            )

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

),

measured as (

    select
        rolled.*,
        case when rolled.mean_dollar_volume > 0 then ln(rolled.mean_dollar_volume) end
            as dollar_volume_3m

    from rolled

    where rolled.is_asked

)

select
    members.as_of_date,
    members.symbol,
    members.asset_class
    {{- factor_columns('liquidity', 'measured') }}

from {{ ref('cross_section_members') }} as members

inner join measured
    on
        members.symbol = measured.symbol
        and members.session_date = measured.as_of_date
