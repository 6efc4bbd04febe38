{# The CTE `described`: what raw.universe says of each name. #}
{% macro input_universe() -%}
described as (

    select
        'raw.universe' as relation,
        names.symbol,
        unnest(['asset_class', 'venue', 'country', 'currency', 'sector', 'asset_kind']) as item,
        universe.member_from as row_date,
        unnest([
            universe.asset_class,
            universe.venue,
            universe.country,
            universe.currency,
            universe.sector,
            universe.asset_kind
        ]) as value_text,
        universe.load_id,
        universe.source,
        universe.observed_at

    from raw.universe as universe

    inner join names on universe.symbol = names.landed_symbol and names.symbol_rank = 0

    where
        {{ is_known('universe.observed_at') }}
        and exists (
            select 1

            from needs
        )

    qualify
        universe.load_id = max(universe.load_id) over (partition by universe.symbol)

)
{%- endmacro %}
