{# Numbers are missing or finite: NaN and infinity reach no table. #}
{% test finite(model, columns) %}

    select {{ columns | join(', ') }}

    from {{ model }}

    where
        {% for column in columns %}
            ({{ column }} is not null and not {{ is_finite(column) }})
            {% if not loop.last %}or{% endif %}
        {% endfor %}

{% endtest %}
