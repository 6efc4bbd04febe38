{# How many of those who belonged at each month's end have data, and how many of those with data #}
{# go on to the end: a list that lost nobody, or members without data, is a list of survivors. #}
with

assets as (

    select * from {{ ref('assets') }}

    where not is_excluded

),

spells as (

    select
        stg_universe.symbol,
        coalesce(stg_universe.member_from, cast('0001-01-01' as date)) as member_from,
        coalesce(stg_universe.member_to, cast('9999-12-31' as date)) as member_to

    from {{ ref('stg_raw__universe') }} as stg_universe

    where stg_universe.member_from is not null or stg_universe.member_to is not null

),

symbol_months as (

    select
        listed_months.symbol,
        listed_months.venue,
        listed_months.month_date,
        max(listed_months.last_session_date) as last_session_date,
        max(listed_months.last_priced_date) as last_priced_date,
        max(listed_months.delisting_date) as last_delisted_date

    from {{ ref('listed_months') }} as listed_months

    group by listed_months.symbol, listed_months.venue, listed_months.month_date

),

monthly as (

    select
        symbol_months.*,
        assets.asset_class,
        assets.country

    from symbol_months

    inner join assets on symbol_months.symbol = assets.symbol

),

venue_months as (

    select
        monthly.venue,
        monthly.month_date,
        max(monthly.last_session_date) as last_session_date

    from monthly

    group by monthly.venue, monthly.month_date

),

month_ends as (

    select
        monthly.asset_class,
        monthly.country,
        monthly.month_date,
        max(monthly.last_session_date) as as_of_date

    from monthly

    group by monthly.asset_class, monthly.country, monthly.month_date

),

with_data as (

    select
        monthly.symbol,
        monthly.month_date

    from monthly

    inner join venue_months
        on
            monthly.venue = venue_months.venue
            and monthly.month_date = venue_months.month_date
            and monthly.last_session_date = venue_months.last_session_date

    where monthly.last_priced_date = monthly.last_session_date

),

ended as (

    select
        symbol_months.symbol,
        max(symbol_months.last_delisted_date) = max(symbol_months.last_session_date) as is_delisted

    from symbol_months

    group by symbol_months.symbol

),

with_spells as (

    select distinct spells.symbol

    from spells

),

-- A symbol without any spell always belongs, as in universe_daily.
judged as (

    select
        month_ends.as_of_date,
        month_ends.asset_class,
        month_ends.country,
        assets.symbol,
        with_spells.symbol is not null as has_spells,
        bool_or(with_spells.symbol is null or spells.symbol is not null) as is_member,
        with_data.symbol is not null as has_data,
        with_data.symbol is not null and coalesce(ended.is_delisted, false) as is_delisted_later

    from month_ends

    inner join assets
        on
            month_ends.asset_class = assets.asset_class
            and month_ends.country is not distinct from assets.country

    left join with_spells on assets.symbol = with_spells.symbol

    left join spells
        on
            assets.symbol = spells.symbol
            and month_ends.as_of_date >= spells.member_from
            and month_ends.as_of_date < spells.member_to

    left join with_data
        on
            assets.symbol = with_data.symbol
            and month_ends.month_date = with_data.month_date

    left join ended on assets.symbol = ended.symbol

    group by all

)

select
    judged.as_of_date,
    judged.asset_class,
    judged.country,
    bool_or(judged.has_spells) as has_spells,
    count(*) filter (where judged.is_member) as n_members,
    count(*) filter (where judged.is_member and judged.has_data) as n_with_data,
    count(*) filter (where judged.is_member and not judged.has_data) as n_without_data,
    count(*) filter (where judged.is_member and judged.has_data)
    / cast(nullif(count(*) filter (where judged.is_member), 0) as double) as share_with_data,
    count(*) filter (where judged.has_data) as n_listed,
    count(*) filter (where judged.is_delisted_later) as n_delisted_later

from judged

group by all
