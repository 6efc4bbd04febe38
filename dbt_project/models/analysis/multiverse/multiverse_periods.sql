{{ config(schema='construction') }}
{# What each book of the multiverse earned from one date to the next, and what it traded at its #}
{# beginning. The capital is 1 at each date: gains are taken out. Names stand at weight x (1 + #}
{# return) before the next trade, those delisted at 0; turnover is half the sum of all trades. #}
with

-- Numbers join and group faster than names do.
books as (

    select
        multiverse_specifications.result,
        multiverse_specifications.weights_no,
        multiverse_specifications.lag_sessions,
        row_number() over (
            order by
                multiverse_specifications.result,
                multiverse_specifications.weights_no,
                multiverse_specifications.lag_sessions
        ) as book_no

    from {{ ref('multiverse_specifications') }} as multiverse_specifications

    group by
        multiverse_specifications.result,
        multiverse_specifications.weights_no,
        multiverse_specifications.lag_sessions

),

names as (

    select
        returns.symbol,
        row_number() over (order by returns.symbol) as name_no

    from {{ ref('multiverse_holding_returns') }} as returns

    group by returns.symbol

),

positions as (

    select
        books.book_no,
        weights.as_of_date,
        names.name_no,
        returns.next_as_of_date,
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

    inner join names on weights.symbol = names.symbol

),

periods as (

    select
        positions.book_no,
        positions.as_of_date,
        max(positions.next_as_of_date) as next_as_of_date,
        sum(positions.weight * positions.holding_return) as gross_return,
        count(*) filter (where positions.weight > 0) as n_long,
        count(*) filter (where positions.weight < 0) as n_short

    from positions

    group by positions.book_no, positions.as_of_date

),

-- What was held before counts whole in closings; a name held on gives back what it did not trade.
openings as (

    select
        positions.book_no,
        positions.as_of_date,
        sum(
            abs(positions.weight - coalesce(earlier.closing_weight, 0))
            - coalesce(abs(earlier.closing_weight), 0)
        ) as size

    from positions

    left join positions as earlier
        on
            positions.book_no = earlier.book_no
            and positions.name_no = earlier.name_no
            and positions.as_of_date = earlier.next_as_of_date

    group by positions.book_no, positions.as_of_date

),

closings as (

    select
        positions.book_no,
        positions.next_as_of_date as as_of_date,
        sum(abs(positions.closing_weight)) as size

    from positions

    where positions.next_as_of_date is not null

    group by positions.book_no, positions.next_as_of_date

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
    books.result,
    books.weights_no,
    books.lag_sessions,
    periods.as_of_date,
    periods.next_as_of_date,
    periods.gross_return,
    (openings.size + coalesce(closings.size, 0)) / 2 as turnover,
    periods.n_long,
    periods.n_short

from periods

inner join books on periods.book_no = books.book_no

inner join complete
    on
        books.result = complete.result
        and books.lag_sessions = complete.lag_sessions
        and periods.as_of_date = complete.as_of_date

inner join openings
    on
        periods.book_no = openings.book_no
        and periods.as_of_date = openings.as_of_date

left join closings
    on
        periods.book_no = closings.book_no
        and periods.as_of_date = closings.as_of_date
