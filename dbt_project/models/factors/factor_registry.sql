{# The registry of factors as rows: what each one is, for every asset class it is computed for. #}
{% set factors = registered_factors() %}

{% for factor in factors %}
    {% set is_last_factor = loop.last %}
    {% for asset_class in factor.asset_classes %}

        select
            '{{ factor.name }}' as factor,
            '{{ asset_class }}' as asset_class,
            '{{ factor.family }}' as family,
            {{ factor.direction }} as direction,
            '{{ factor.neutralize | default("none") }}' as neutralize,
            '{{ factor.unit | replace("'", "''") }}' as unit,
            '{{ factor.get("needs", []) | join(", ") | replace("'", "''") }}' as needs,
            '{{ factor.paper | replace("'", "''") }}' as paper,
            cast({{ factor.get("published_year") or "null" }} as integer) as published_year,
            cast({{ factor.get("min_history_sessions", {}).get(asset_class) or "null" }} as integer)
                as min_history_sessions

        {% if not (loop.last and is_last_factor) %}union all{% endif %}

    {% endfor %}
{% endfor %}
