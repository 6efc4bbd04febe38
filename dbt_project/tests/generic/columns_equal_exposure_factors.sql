{# A table with a column for each of exposure_factors has these, the others named, and no more. #}
{% test columns_equal_exposure_factors(model, others) %}

    {%- set wanted = others + exposure_factors() | map(attribute='column') | list -%}
    {%- set found = adapter.get_columns_in_relation(model) | map(attribute='name') | list -%}
    {%- set wrong = [] -%}
    {%- for name in wanted if name not in found -%}
        {%- do wrong.append('missing ' ~ name) -%}
    {%- endfor -%}
    {%- for name in found if name not in wanted -%}
        {%- do wrong.append('not wanted ' ~ name) -%}
    {%- endfor %}

    {% for problem in wrong %}
        select '{{ problem }}' as problem
        {% if not loop.last %}union all{% endif %}
    {% else %}
        select null as problem where false
    {% endfor %}

{% endtest %}
