{{ config(schema='construction') }}
{# What each book of the multiverse earned from one date to the next, and what it traded at its #}
{# beginning. The capital is 1 at each date: gains are taken out. Names stand at weight x (1 + #}
{# return) before the next trade, those delisted at 0; turnover is half the sum of all trades. #}
with

books as (

    select distinct
        multiverse_specifications.result,
        multiverse_specifications.weights_no,
        multiverse_specifications.lag_sessions

    from {{ ref('multiverse_specifications') }} as multiverse_specifications

),

positions as (

    select
        books.result,
        books.weights_no,
        books.lag_sessions,
        weights.as_of_date,
        weights.symbol,
        returns.next_as_of_date,
        returns.is_complete,
        case when returns.is_bought then weights.weight else 0 end as weight,
        returns.holding_return,
        case
            when returns.is_bought and not returns.is_paid_out
                then weights.weight * (1 + returns.holding_return)
            else 0
        end as closing_weight

    from {{ ref('multiverse_weights') }} as weights

    inner join books
        on
            weights.result = books.result
            and weights.weights_no = books.weights_no

    inner join {{ ref('multiverse_holding_returns') }} as returns
        on
            weights.result = returns.result
            and weights.as_of_date = returns.as_of_date
            and weights.symbol = returns.symbol
            and books.lag_sessions = returns.lag_sessions

),

periods as (

    select
        positions.result,
        positions.weights_no,
        positions.lag_sessions,
        positions.as_of_date,
        max(positions.next_as_of_date) as next_as_of_date,
        sum(positions.weight * positions.holding_return) as gross_return,
        count(*) filter (where positions.weight > 0) as n_long,
        count(*) filter (where positions.weight < 0) as n_short

    from positions

    group by
        positions.result,
        positions.weights_no,
        positions.lag_sessions,
        positions.as_of_date

),

steps as (

    select
        positions.result,
        positions.weights_no,
        positions.lag_sessions,
        positions.as_of_date,
        positions.symbol,
        positions.weight as step

    from positions

    union all

    select
        positions.result,
        positions.weights_no,
        positions.lag_sessions,
        positions.next_as_of_date as as_of_date,
        positions.symbol,
        -positions.closing_weight as step

    from positions

    where positions.next_as_of_date is not null

),

trades as (

    select
        steps.result,
        steps.weights_no,
        steps.lag_sessions,
        steps.as_of_date,
        steps.symbol,
        abs(sum(steps.step)) as size

    from steps

    group by all

),

turnovers as (

    select
        trades.result,
        trades.weights_no,
        trades.lag_sessions,
        trades.as_of_date,
        sum(trades.size) / 2 as turnover

    from trades

    group by trades.result, trades.weights_no, trades.lag_sessions, trades.as_of_date

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
    periods.result,
    periods.weights_no,
    periods.lag_sessions,
    periods.as_of_date,
    periods.next_as_of_date,
    periods.gross_return,
    turnovers.turnover,
    periods.n_long,
    periods.n_short

from periods

inner join complete
    on
        periods.result = complete.result
        and periods.lag_sessions = complete.lag_sessions
        and periods.as_of_date = complete.as_of_date

inner join turnovers
    on
        periods.result = turnovers.result
        and periods.weights_no = turnovers.weights_no
        and periods.lag_sessions = turnovers.lag_sessions
        and periods.as_of_date = turnovers.as_of_date
