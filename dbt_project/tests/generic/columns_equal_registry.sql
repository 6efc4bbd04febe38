{# Every registered factor (of one family) is a column, and, where exact, nothing else is #}
{# but the keys and the columns named in also. #}
{% test columns_equal_registry(model, family=none, exact=false, also=[]) %}

    {%- set keys = ['as_of_date', 'symbol', 'asset_class'] + also -%}
    {%- set registered = registered_factors(family) | map(attribute='name') | list -%}
    {%- set found = adapter.get_columns_in_relation(model) | map(attribute='name') | list -%}
    {%- set wrong = [] -%}
    {%- for name in registered if name not in found -%}
        {%- do wrong.append('missing ' ~ name) -%}
    {%- endfor -%}
    {%- for name in also if name not in found -%}
        {%- do wrong.append('missing ' ~ name) -%}
    {%- endfor -%}
    {%- for name in found if exact and name not in registered and name not in keys -%}
        {%- do wrong.append('not registered ' ~ name) -%}
    {%- endfor %}

    {% for problem in wrong %}
        select '{{ problem }}' as problem
        {% if not loop.last %}union all{% endif %}
    {% else %}
        select null as problem where false
    {% endfor %}

{% endtest %}
