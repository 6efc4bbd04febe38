{# Between which closes a name chosen at a month end is held: bought at the close of the first #}
{# session after it on which the name has a bar, sold likewise after the next month end; one that #}
{# trades no more is held until its delisting. #}
with

month_ends as (

    select
        factor_dates.as_of_date,
        factor_dates.asset_class,
        factor_dates.venue,
        factor_dates.session_date,
        lead(factor_dates.session_date) over (
            partition by factor_dates.asset_class, factor_dates.venue
            order by factor_dates.as_of_date
        ) as next_session_date

    from {{ ref('factor_dates') }} as factor_dates

    where factor_dates.is_month_end

)

select
    members.as_of_date,
    members.symbol,
    members.asset_class,
    formed.next_trade_date as entry_date,
    least(
        coalesce(left_over.next_trade_date, cast('9999-12-31' as date)),
        coalesce(delistings.delisting_date, cast('9999-12-31' as date))
    ) as exit_date

from {{ ref('cross_section_members') }} as members

inner join month_ends
    on
        members.as_of_date = month_ends.as_of_date
        and members.asset_class = month_ends.asset_class
        and members.venue = month_ends.venue

inner join {{ ref('holding_worths') }} as formed
    on
        members.symbol = formed.symbol
        and month_ends.session_date = formed.as_of_date

left join {{ ref('holding_worths') }} as left_over
    on
        members.symbol = left_over.symbol
        and month_ends.next_session_date = left_over.as_of_date

left join {{ ref('delistings') }} as delistings
    on
        members.symbol = delistings.symbol
        and month_ends.session_date >= delistings.from_date
        and month_ends.session_date < delistings.delisting_date
