{# The columns of a CTE's wide rows as rows of an explanation; text columns are said to be so. #}
{# day, place and part are columns of it too: what the row is of, its order, what its items begin #}
{# with. #}
{% macro explained_items(stage, relation, rows, day, items, place=none, part=none) -%}
    {%- set numbers, texts = [], [] -%}
    {%- for item in items -%}
        {%- set column = rows ~ '.' ~ item.name -%}
        {%- do numbers.append('cast(' ~ ('null' if item.is_text else column) ~ ' as double)') -%}
        {%- do texts.append('cast(' ~ (column if item.is_text else 'null') ~ ' as varchar)') -%}
    {%- endfor %}
    select
        '{{ stage }}' as stage,
        concat(
            {{ rows ~ '.' ~ part if part else "''" }},
            unnest(['{{ items | map(attribute="name") | join("', '") }}'])
        ) as item,
        unnest([{{ numbers | join(', ') }}]) as value,
        unnest([{{ texts | join(', ') }}]) as value_text,
        unnest(['{{ items | map(attribute="unit") | join("', '") }}']) as unit,
        {{ rows }}.{{ day }} as as_of_date,
        '{{ relation }}' as relation,
        {{ rows ~ '.' ~ place if place else 0 }} as place,
        unnest(range({{ items | length }})) as place_within

    from {{ rows }}
{%- endmacro %}
