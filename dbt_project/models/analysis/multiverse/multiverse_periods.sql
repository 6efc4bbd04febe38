{{ config(
    schema='construction',
    pre_hook="{{ joins_as_written() }}",
    post_hook="{{ joins_as_planned() }}"
) }}
{# What each book of the multiverse earned from one date to the next, and what it traded at its #}
{# beginning. The capital is 1 at each date: gains are taken out. Names stand at weight x (1 + #}
{# return) before the next trade, those delisted at 0; turnover is half the sum of all trades. #}
{# Books that differ in their lag alone hold the same names: a column for each lag. #}
{% set lags = var('multiverse') | map(attribute='lags') | sum(start=[]) | unique | sort %}
with

-- Numbers join and group faster than names do.
weighings as (

    select
        multiverse_specifications.result,
        multiverse_specifications.weights_no,
        row_number() over (
            order by multiverse_specifications.result, multiverse_specifications.weights_no
        ) as weighing_no

    from {{ ref('multiverse_specifications') }} as multiverse_specifications

    group by multiverse_specifications.result, multiverse_specifications.weights_no

),

weights as {{ inlined() }} (

    select
        weighings.weighing_no,
        weighings.result,
        multiverse_weights.as_of_date,
        multiverse_weights.symbol,
        multiverse_weights.weight

    from {{ ref('multiverse_weights') }} as multiverse_weights

    inner join weighings
        on
            multiverse_weights.result = weighings.result
            and multiverse_weights.weights_no = weighings.weights_no

),

-- bought: 1 of a name that is bought, else 0; closing: what 1 of it is worth at the end, 0 of one
-- that is not there to be sold.
outcomes as (

    select
        returns.result,
        returns.as_of_date,
        returns.symbol,
        {% for lag in lags %}
            max(
                case
                    when returns.lag_sessions = {{ lag }}
                        then case when returns.is_bought then 1 else 0 end
                end
            ) as bought_{{ lag }},
            max(case when returns.lag_sessions = {{ lag }} then returns.holding_return end)
                as return_{{ lag }},
            max(
                case
                    when returns.lag_sessions = {{ lag }}
                        then
                            case
                                when returns.is_bought and not returns.is_paid_out
                                    then 1 + returns.holding_return
                                else 0
                            end
                end
            ) as closing_{{ lag }},
        {% endfor %}
        max(returns.next_as_of_date) as next_as_of_date

    from {{ ref('multiverse_holding_returns') }} as returns

    group by returns.result, returns.as_of_date, returns.symbol

),

-- With what 1 of it held before is worth now.
succeeding as (

    select
        outcomes.*,
        earlier.as_of_date as earlier_date,
        {% for lag in lags %}
            earlier.closing_{{ lag }} as earlier_closing_{{ lag }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}

    from outcomes

    left join outcomes as earlier
        on
            outcomes.result = earlier.result
            and outcomes.symbol = earlier.symbol
            and outcomes.as_of_date = earlier.next_as_of_date

),

positions as (

    select
        weights.weighing_no,
        weights.as_of_date,
        succeeding.next_as_of_date,
        {% for lag in lags %}
            weights.weight * succeeding.bought_{{ lag }} as weight_{{ lag }},
            succeeding.return_{{ lag }},
            weights.weight * succeeding.closing_{{ lag }} as closing_{{ lag }},
            coalesce(earlier.weight * succeeding.earlier_closing_{{ lag }}, 0)
                as earlier_closing_{{ lag }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}

    from weights

    inner join succeeding
        on
            weights.result = succeeding.result
            and weights.as_of_date = succeeding.as_of_date
            and weights.symbol = succeeding.symbol

    left join weights as earlier
        on
            weights.weighing_no = earlier.weighing_no
            and weights.symbol = earlier.symbol
            and succeeding.earlier_date = earlier.as_of_date

),

-- What was held before counts whole in closings; a name held on gives back what it did not trade.
sums as (

    select
        positions.weighing_no,
        positions.as_of_date,
        positions.next_as_of_date,
        {% for lag in lags %}
            sum(positions.weight_{{ lag }} * positions.return_{{ lag }}) as gross_return_{{ lag }},
            sum(
                abs(positions.weight_{{ lag }} - positions.earlier_closing_{{ lag }})
                - abs(positions.earlier_closing_{{ lag }})
            ) as opening_size_{{ lag }},
            sum(abs(positions.closing_{{ lag }})) as closing_size_{{ lag }},
            count(case when positions.weight_{{ lag }} > 0 then 1 end) as n_long_{{ lag }},
            count(case when positions.weight_{{ lag }} < 0 then 1 end) as n_short_{{ lag }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}

    from positions

    group by positions.weighing_no, positions.as_of_date, positions.next_as_of_date

),

by_lag as (

    {% for lag in lags %}

        select
            sums.weighing_no,
            {{ lag }} as lag_sessions,
            sums.as_of_date,
            sums.next_as_of_date,
            sums.gross_return_{{ lag }} as gross_return,
            sums.opening_size_{{ lag }} as opening_size,
            sums.closing_size_{{ lag }} as closing_size,
            sums.n_long_{{ lag }} as n_long,
            sums.n_short_{{ lag }} as n_short

        from sums

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

),

-- Venues of a date may have their next one on different days.
periods as (

    select
        by_lag.weighing_no,
        by_lag.lag_sessions,
        by_lag.as_of_date,
        max(by_lag.next_as_of_date) as next_as_of_date,
        sum(by_lag.gross_return) as gross_return,
        sum(by_lag.opening_size) as opening_size,
        sum(by_lag.n_long) as n_long,
        sum(by_lag.n_short) as n_short

    from by_lag

    group by by_lag.weighing_no, by_lag.lag_sessions, by_lag.as_of_date

),

closings as (

    select
        by_lag.weighing_no,
        by_lag.lag_sessions,
        by_lag.next_as_of_date as as_of_date,
        sum(by_lag.closing_size) as size

    from by_lag

    where by_lag.next_as_of_date is not null

    group by by_lag.weighing_no, by_lag.lag_sessions, by_lag.next_as_of_date

),

complete as (

    select
        returns.result,
        returns.lag_sessions,
        returns.as_of_date

    from {{ ref('multiverse_holding_returns') }} as returns

    group by returns.result, returns.lag_sessions, returns.as_of_date

    having bool_and(returns.is_complete)

)

select
    weighings.result,
    weighings.weights_no,
    periods.lag_sessions,
    periods.as_of_date,
    periods.next_as_of_date,
    periods.gross_return,
    (periods.opening_size + coalesce(closings.size, 0)) / 2 as turnover,
    cast(periods.n_long as bigint) as n_long,
    cast(periods.n_short as bigint) as n_short

from periods

inner join weighings on periods.weighing_no = weighings.weighing_no

-- Of the lags of all results, those of its own.
inner join complete
    on
        weighings.result = complete.result
        and periods.lag_sessions = complete.lag_sessions
        and periods.as_of_date = complete.as_of_date

left join closings
    on
        periods.weighing_no = closings.weighing_no
        and periods.lag_sessions = closings.lag_sessions
        and periods.as_of_date = closings.as_of_date
