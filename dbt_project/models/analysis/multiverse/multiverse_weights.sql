{{ config(schema='construction') }}
{# What is held on each date: the top share long, the bottom short, each leg adding up to 1, by #}
{# equal weights, market cap, or score: how far the winsorized signal lies from the median of its #}
{# country. A leg without weights leaves the date out, as do caps of less than 80 % of the names #}
{# (the rule of market_returns). #}
{% set levels = var('multiverse') | map(attribute='winsorize') | sum(start=[])
    | unique | select('gt', 0) | sort %}
with

weighings as (

    select distinct
        multiverse_specifications.result,
        multiverse_specifications.signal_no,
        multiverse_specifications.weights_no,
        multiverse_specifications.fraction,
        multiverse_specifications.weighting,
        multiverse_specifications.weight_winsorize_share

    from {{ ref('multiverse_specifications') }} as multiverse_specifications

),

bounds as (

    select
        signals.result,
        signals.signal_no,
        signals.as_of_date,
        signals.country,
        {% for level in levels %}
            percentile_cont({{ level }}) within group (order by signals.signal)
                as lower_{{ loop.index }},
            percentile_cont({{ 1 - level }}) within group (order by signals.signal)
                as upper_{{ loop.index }},
        {% endfor %}
        percentile_cont(0.5) within group (order by signals.signal) as middle

    from {{ ref('multiverse_signals') }} as signals

    group by signals.result, signals.signal_no, signals.as_of_date, signals.country

),

-- Read twice: less work than all books in memory.
legs as {{ inlined() }} (

    select
        signals.as_of_date,
        signals.result,
        weighings.weights_no,
        signals.symbol,
        signals.position_no > signals.n_names - floor(signals.n_names * weighings.fraction)
            as is_long,
        case weighings.weighting
            when 'equal' then 1
            when 'cap' then case when signals.market_cap_usd > 0 then signals.market_cap_usd end
            when 'score'
                then
                    case weighings.weight_winsorize_share
                        {% for level in levels %}
                            when {{ level }}
                                then
                                    abs(
                                        least(
                                            greatest(
                                                signals.signal, bounds.lower_{{ loop.index }}
                                            ),
                                            bounds.upper_{{ loop.index }}
                                        )
                                        - bounds.middle
                                    )
                        {% endfor %}
                        else abs(signals.signal - bounds.middle)
                    end
        end as raw_weight

    from {{ ref('multiverse_signals') }} as signals

    inner join weighings
        on
            signals.result = weighings.result
            and signals.signal_no = weighings.signal_no

    inner join bounds
        on
            signals.result = bounds.result
            and signals.signal_no = bounds.signal_no
            and signals.as_of_date = bounds.as_of_date
            and coalesce(signals.country, '') = coalesce(bounds.country, '')

    where
        signals.position_no <= floor(signals.n_names * weighings.fraction)
        or signals.position_no > signals.n_names - floor(signals.n_names * weighings.fraction)

),

books as (

    select
        legs.result,
        legs.weights_no,
        legs.as_of_date,
        sum(case when legs.is_long then legs.raw_weight end) as long_sum,
        sum(case when not legs.is_long then legs.raw_weight end) as short_sum

    from legs

    group by legs.result, legs.weights_no, legs.as_of_date

    having
        sum(case when legs.is_long then legs.raw_weight end) > 0
        and sum(case when not legs.is_long then legs.raw_weight end) > 0
        and count(legs.raw_weight) >= 0.8 * count(*)

)

select
    legs.as_of_date,
    legs.result,
    legs.weights_no,
    legs.symbol,
    case
        when legs.is_long then legs.raw_weight / books.long_sum
        else -legs.raw_weight / books.short_sum
    end as weight

from legs

inner join books
    on
        legs.result = books.result
        and legs.weights_no = books.weights_no
        and legs.as_of_date = books.as_of_date

where legs.raw_weight > 0
