{# One row per source, symbol and month_date with the counts of several relations, given as the #}
{# relation: its counts; 0 where one does not have the row. #}
{% macro counted_together(relations) -%}
    {%- set counts = relations.values() | sum(start=[]) -%}
    select
        counted.source,
        counted.symbol,
        counted.month_date,
        {% for name in counts %}
            cast(sum(counted.{{ name }}) as bigint)
                as {{ name }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from (
        {% for relation, own in relations.items() %}
            select
                source,
                symbol,
                month_date,
                {% for name in counts %}
                    {{ name if name in own else '0' }} as {{ name }}{% if not loop.last %},{% endif %}
                {% endfor %}
            from {{ relation }}
            {% if not loop.last %}union all{% endif %}
        {% endfor %}
    ) as counted
    group by counted.source, counted.symbol, counted.month_date
{%- endmacro %}
