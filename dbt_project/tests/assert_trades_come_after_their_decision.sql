{# Nothing trades on the day of its decision or before: targets, orders and trades alike. #}
{% for relation in ['target_weights', 'trades'] %}

    select
        '{{ relation }}' as relation,
        {{ relation }}.strategy,
        {{ relation }}.symbol,
        {{ relation }}.as_of_date,
        {{ relation }}.trade_date

    from {{ ref(relation) }} as {{ relation }}

    where not coalesce({{ relation }}.trade_date > {{ relation }}.as_of_date, false)

    {% if not loop.last %}union all{% endif %}

{% endfor %}
