{# No two rows share the columns that name a row; missing values count as equal. #}
{% test grain(model, columns) %}

    select
        {{ columns | join(', ') }},
        count(*) as n_rows

    from {{ model }}

    group by {{ columns | join(', ') }}

    having count(*) > 1

{% endtest %}
