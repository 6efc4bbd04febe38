{# Numbers are missing or finite, in the columns named or in a family's registered factors: NaN and #}
{# infinity reach no table. #}
{% test finite(model, columns=[], family=none) %}

    {%- set checked = columns
        or registered_factors(family) | map(attribute='name') | list -%}

    {% if checked %}

        select {{ checked | join(', ') }}

        from {{ model }}

        where
            {% for column in checked %}
                ({{ column }} is not null and not {{ is_finite(column) }})
                {% if not loop.last %}or{% endif %}
            {% endfor %}

    {% else %}
        select null as problem where false
    {% endif %}

{% endtest %}
