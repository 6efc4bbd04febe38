{# The columns of a wide row of an explanation as rows of the long one; text columns are said so. #}
{% macro explained_items(rows, stage, relation, items, prefix="''") -%}
    {%- set numbers, texts = [], [] -%}
    {%- for item in items -%}
        {%- set column = rows ~ '.' ~ item.name -%}
        {%- do numbers.append('cast(' ~ ('null' if item.is_text else column) ~ ' as double)') -%}
        {%- do texts.append('cast(' ~ (column if item.is_text else 'null') ~ ' as varchar)') -%}
    {%- endfor %}
    select
        '{{ stage }}' as stage,
        concat(
            {{ prefix }},
            unnest(['{{ items | map(attribute="name") | join("', '") }}'])
        ) as item,
        unnest([{{ numbers | join(', ') }}]) as value,
        unnest([{{ texts | join(', ') }}]) as value_text,
        unnest(['{{ items | map(attribute="unit") | join("', '") }}']) as unit,
        {{ rows }}.explained_date as as_of_date,
        '{{ relation }}' as relation,
        cast(null as bigint) as load_id,
        cast(null as varchar) as source,
        cast(null as timestamp) as observed_at,
        {{ rows }}.place,
        unnest(range({{ items | length }})) as place_within

    from {{ rows }}
{%- endmacro %}
