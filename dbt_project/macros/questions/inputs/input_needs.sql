{# The CTEs `needs`, what the factor (or the factors of the score) reads, by asset class; and #}
{# `reaches`, how far back that goes. #}
{% macro input_needs() -%}
{%- set all_factors = ['composite', 'family_sleeves', 'ensemble']
    + (var('ml_models') | map(attribute='name') | list) -%}
needs as (

    select distinct
        listed.asset_class,
        listed.kind,
        listed.item,
        listed.n

    from (
        values
        {%- for need in factor_needs() %}
            (
                '{{ need.name }}',
                {{ "'" ~ need.family ~ "'" if need.family else 'null' }},
                '{{ need.asset_class }}',
                '{{ need.kind }}',
                '{{ need.item }}',
                {{ need.n if need.n is not none else 'cast(null as integer)' }}
            ){% if not loop.last %},{% endif %}
        {%- endfor %}
    ) as listed (name, family, asset_class, kind, item, n)

    where
        factor is null
        or listed.name = factor
        or concat('composite_', listed.family) = factor
        or (
            listed.family is not null
            and factor in ('{{ all_factors | join("', '") }}')
        )

),

-- A window without a length is all there is.
reaches as (

    select
        needs.asset_class,
        max(coalesce(needs.n, 1000000)) filter (where needs.kind = 'bars') as n_bars,
        max(needs.n) filter (where needs.kind = 'market') as n_market

    from needs

    group by needs.asset_class

)
{%- endmacro %}
