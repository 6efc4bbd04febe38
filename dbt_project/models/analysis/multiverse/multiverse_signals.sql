{{ config(pre_hook="{{ joins_as_written() }}", post_hook="{{ joins_as_planned() }}") }}
{# Who can be held for a result on each of its dates, and how the signal ranks them: tradable #}
{# names under each floor of dollar volume (all else as in universe_daily), ordered from the #}
{# worst up by their rank in the country, as factor_legs orders them. #}
with

-- Numbers sort faster than names do.
signals as (

    select
        row_number() over (
            order by multiverse_specifications.result, multiverse_specifications.signal_no
        ) as ranking_no,
        multiverse_specifications.result,
        multiverse_specifications.asset_class,
        multiverse_specifications.rebalance,
        multiverse_specifications.direction,
        multiverse_specifications.signal_no,
        multiverse_specifications.universe_floor_usd,
        multiverse_specifications.formation_start,
        multiverse_specifications.formation_stop

    from {{ ref('multiverse_specifications') }} as multiverse_specifications

    group by
        multiverse_specifications.result,
        multiverse_specifications.asset_class,
        multiverse_specifications.rebalance,
        multiverse_specifications.direction,
        multiverse_specifications.signal_no,
        multiverse_specifications.universe_floor_usd,
        multiverse_specifications.formation_start,
        multiverse_specifications.formation_stop

),

formations as (

    select distinct
        signals.asset_class,
        signals.rebalance,
        signals.formation_start,
        signals.formation_stop

    from signals

),

placed as (

    select
        members.*,
        formations.rebalance,
        formations.formation_start,
        formations.formation_stop,
        members.session_no - formations.formation_start as start_no,
        members.session_no - formations.formation_stop as stop_no

    from {{ ref('multiverse_members') }} as members

    inner join formations
        on
            members.asset_class = formations.asset_class
            and case formations.rebalance
                when 'weekly' then members.is_week_end
                else members.is_month_end
            end

),

-- Prices stand first: they pass by, what is looked up is held.
stopped as (

    select
        placed.*,
        stops.adj_close as stop_close,
        stops.n_bars as stop_n_bars

    from {{ ref('prices_daily') }} as stops

    inner join placed
        on
            stops.symbol = placed.symbol
            and stops.listing_no = placed.listing_no
            and stops.session_no = placed.stop_no

),

formed as (

    select
        stopped.as_of_date,
        stopped.symbol,
        stopped.asset_class,
        stopped.country,
        stopped.median_dollar_volume_usd,
        stopped.market_cap_usd,
        stopped.rebalance,
        stopped.formation_start,
        stopped.formation_stop,
        stopped.stop_close / nullif(starts.adj_close, 0) - 1 as past_return

    from {{ ref('prices_daily') }} as starts

    inner join stopped
        on
            starts.symbol = stopped.symbol
            and starts.listing_no = stopped.listing_no
            and starts.session_no = stopped.start_no

    where
        stopped.stop_n_bars - starts.n_bars
        >= (stopped.formation_start - stopped.formation_stop) * {{ var('window_coverage') }}

),

floored as (

    select
        formed.as_of_date,
        formed.symbol,
        formed.country,
        formed.market_cap_usd,
        cast(signals.ranking_no as integer) as ranking_no,
        signals.direction * formed.past_return as signal

    from formed

    inner join signals
        on
            formed.asset_class = signals.asset_class
            and formed.rebalance = signals.rebalance
            and formed.formation_start = signals.formation_start
            and formed.formation_stop = signals.formation_stop
            and (
                signals.universe_floor_usd <= 0
                or formed.median_dollar_volume_usd >= signals.universe_floor_usd
            )

    where formed.past_return is not null

),

ranked as (

    select
        floored.*,
        count(*) over cross_section as n_country_names,
        {{ average_rank_pct('by_signal', 'count(*) over cross_section') }} as rank_pct

    from floored

    window
        cross_section as (
            partition by floored.ranking_no, floored.as_of_date, floored.country
        ),
        by_signal as (
            partition by floored.ranking_no, floored.as_of_date, floored.country
            order by floored.signal
        )

),

ordered as (

    select
        ranked.*,
        row_number() over (
            partition by ranked.ranking_no, ranked.as_of_date
            order by ranked.rank_pct asc, ranked.signal asc, ranked.symbol desc
        ) as position_no,
        count(*) over (partition by ranked.ranking_no, ranked.as_of_date) as n_names

    from ranked

    where ranked.n_country_names >= {{ var('min_names') }}

)

select
    ordered.as_of_date,
    signals.result,
    signals.signal_no,
    ordered.symbol,
    ordered.country,
    ordered.market_cap_usd,
    ordered.signal,
    ordered.rank_pct,
    ordered.position_no,
    ordered.n_names

from ordered

inner join signals on ordered.ranking_no = signals.ranking_no
