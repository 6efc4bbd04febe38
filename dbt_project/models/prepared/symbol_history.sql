{# Which symbol each renamed asset traded under, from when to when; the newest is its key here. #}
with

symbol_changes as (

    select * from {{ ref('stg_raw__symbol_changes') }}

),

given_up as (

    select
        symbol_changes.symbol,
        symbol_changes.old_symbol as symbol_used,
        symbol_changes.from_date,
        symbol_changes.change_date as to_date

    from symbol_changes

),

newest as (

    select
        given_up.symbol,
        given_up.symbol as symbol_used,
        max(given_up.to_date) as from_date,
        cast('9999-12-31' as date) as to_date

    from given_up

    group by given_up.symbol

)

-- A symbol stands for its asset from the day on which the one before it was given up.
select
    stretches.symbol,
    stretches.symbol_used,
    greatest(
        stretches.from_date,
        coalesce(
            lag(stretches.to_date) over (
                partition by stretches.symbol
                order by stretches.to_date, stretches.symbol_used
            ),
            stretches.from_date
        )
    ) as from_date,
    stretches.to_date

from (
    select * from given_up
    union all
    select * from newest
) as stretches
