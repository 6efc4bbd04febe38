{# No two rows share the columns that name a row (missing values count as equal), and none of the #}
{# never_null columns is missing: those rows show with a count of 0. #}
{% test grain(model, columns, never_null=[]) %}

    select
        {{ columns | join(', ') }},
        count(*) as n_rows

    from {{ model }}

    group by {{ columns | join(', ') }}

    having count(*) > 1

    {% if never_null %}

        union all

        select
            {{ columns | join(', ') }},
            0 as n_rows

        from {{ model }}

        where
            {% for column in never_null %}
                {{ column }} is null
                {% if not loop.last %}or{% endif %}
            {% endfor %}

    {% endif %}

{% endtest %}
