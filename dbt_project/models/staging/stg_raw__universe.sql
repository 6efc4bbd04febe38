{# The newest description of every asset: its attributes and its membership spells. #}
with

universe as (

    select * from {{ source('raw', 'universe') }}

),

newest as (

    select
        universe.symbol,
        universe.asset_class,
        universe.venue,
        universe.country,
        {{ major_currency('universe.currency') }} as currency,
        universe.sector,
        universe.name,
        coalesce(
            universe.asset_kind,
            case universe.asset_class when 'crypto' then 'coin' else 'stock' end
        ) as asset_kind,
        universe.member_from,
        universe.member_to,
        universe.load_id

    from universe

    qualify {{ newest_version(['universe.symbol']) }}

)

select * from newest
