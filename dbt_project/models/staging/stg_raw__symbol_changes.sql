{{ config(materialized='table') }}
{# The symbols that assets gave up, each with the days it stood for them and the newest symbol of #}
{# that asset: A, then B, then C is C all along; whoever takes A up again is another asset. #}
with recursive

changes as (

    select * from {{ source('raw', 'symbol_changes') }}

    where {{ is_known() }}

),

newest as (

    select
        changes.old_symbol,
        changes.change_date,
        changes.new_symbol

    from changes

    qualify {{ newest_version(['changes.old_symbol', 'changes.change_date']) }}

),

stretches as (

    select
        newest.old_symbol,
        coalesce(
            lag(newest.change_date) over (
                partition by newest.old_symbol
                order by newest.change_date
            ),
            cast('0001-01-01' as date)
        ) as from_date,
        newest.change_date,
        newest.new_symbol

    from newest

),

-- Each step goes to a later date, so that two names which swap symbols on one day end as well.
followed as (

    select
        stretches.old_symbol,
        stretches.from_date,
        stretches.change_date,
        stretches.new_symbol,
        stretches.new_symbol as symbol,
        stretches.change_date as symbol_from_date,
        1 as n_changes

    from stretches

    union all

    select
        followed.old_symbol,
        followed.from_date,
        followed.change_date,
        followed.new_symbol,
        stretches.new_symbol as symbol,
        stretches.change_date as symbol_from_date,
        followed.n_changes + 1 as n_changes

    from followed

    inner join stretches
        on
            followed.symbol = stretches.old_symbol
            and followed.symbol_from_date >= stretches.from_date
            and followed.symbol_from_date < stretches.change_date

),

ended as (

    select followed.*

    from followed

    qualify
        followed.n_changes = max(followed.n_changes) over (
            partition by followed.old_symbol, followed.change_date
        )

)

select
    ended.old_symbol,
    ended.from_date,
    ended.change_date,
    ended.new_symbol,
    ended.symbol,
    row_number() over (
        partition by ended.symbol
        order by ended.n_changes asc, ended.change_date desc, ended.old_symbol asc
    ) as symbol_rank

from ended
