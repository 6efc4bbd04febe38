{# Your own factors; the worked example is the moving average distance: the mean price of a month #}
{# over the mean price of 200 sessions. Avramov, Kaplanski and Subrahmanyam (2021). #}
{# How to add one: docs/add_a_factor.md. #}
with

-- Whose history is asked for, and when: of other rows no window looks back.
asked as (

    select distinct
        members.symbol,
        members.session_date

    from {{ ref('cross_section_members') }} as members

),

-- What your factors read, one row per session of the name; more columns of prices_daily may go
-- here. A stale row carries the last price: it is no bar, and holds nothing.
bars as {{ inlined() }} (

    select
        prices_daily.as_of_date,
        prices_daily.symbol,
        prices_daily.asset_class,
        prices_daily.session_no,
        prices_daily.listing_no,
        case when not prices_daily.is_stale then prices_daily.adj_close end as adj_close,
        case when not prices_daily.is_stale then prices_daily.ret_1d end as ret_1d,
        case when not prices_daily.is_stale then prices_daily.dollar_volume_usd end
            as dollar_volume_usd,
        asked.symbol is not null as is_asked

    from {{ ref('prices_daily') }} as prices_daily

    left join asked
        on
            prices_daily.symbol = asked.symbol
            and prices_daily.as_of_date = asked.session_date

),

-- One column per factor, by the name it bears in the registry of dbt_project.yml. The loop puts
-- each asset class's own month and year (in sessions) into the windows; a row sees only itself and
-- rows before it. Too few bars, or nothing to divide by, give no value.
measured as (

    {% for asset_class, sessions in var('sessions').items() %}

        select
            bars.as_of_date,
            bars.symbol,
            bars.asset_class,
            case
                when
                    count(bars.adj_close) over past_month
                    >= {{ sessions.month * var('window_coverage') }}
                    and count(bars.adj_close) over past_200_sessions
                    >= {{ 200 * var('window_coverage') }}
                    then
                        avg(bars.adj_close) over past_month
                        / nullif(avg(bars.adj_close) over past_200_sessions, 0)
            end as moving_average_distance

        from bars

        where bars.asset_class = '{{ asset_class }}'

        window
            past_month as (
                partition by bars.symbol, bars.listing_no
                order by bars.session_no
                {{ rows_up_to_current(sessions.month, 'bars.is_asked') }} -- noqa: PRS
            ),
            past_200_sessions as (
                partition by bars.symbol, bars.listing_no
                order by bars.session_no
                {{ rows_up_to_current(200, 'bars.is_asked') }} -- noqa: PRS
            )

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

)

-- The registered columns, on the factor dates. Nothing to do here.
select
    members.as_of_date,
    members.symbol,
    members.asset_class
    {{- factor_columns('custom', 'measured') }}

from {{ ref('cross_section_members') }} as members

inner join measured
    on
        members.symbol = measured.symbol
        and members.session_date = measured.as_of_date
