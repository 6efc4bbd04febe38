{# Who each asset is: the attributes of its earliest universe row; a later spell changes none. #}
with

universe as (

    select * from {{ ref('stg_raw__universe') }}

),

described as (

    select
        universe.symbol,
        universe.asset_class,
        universe.venue,
        universe.country,
        universe.currency,
        universe.sector,
        universe.name,
        universe.asset_kind,
        (
            false
            {% for asset_kind in var('excluded_asset_kinds') %}
                or universe.asset_kind = '{{ asset_kind }}'
            {% endfor %}
        ) as is_excluded

    from universe

    qualify
        row_number() over (
            partition by universe.symbol
            order by universe.member_from nulls first, universe.name nulls last
        ) = 1

)

select * from described
