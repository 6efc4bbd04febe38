{# Every registered factor through the cross-section of its date, asset class and country: #}
{# winsorized at the 1st and 99th percentile, z-scored, and ranked on the raw value. #}
with

raw_values as (

    {% for factor in registered_factors() %}

        select
            {{ factor.family }}.as_of_date,
            {{ factor.family }}.symbol,
            {{ factor.family }}.asset_class,
            '{{ factor.name }}' as factor,
            cast({{ factor.family }}.{{ factor.name }} as double) as raw_value

        from {{ ref(factor.family) }} as {{ factor.family }}

        where
            {{ factor.family }}.asset_class in (
                {% for asset_class in factor.asset_classes %}
                    '{{ asset_class }}'{% if not loop.last %},{% endif %}
                {% endfor %}
            )
            and {{ is_finite(factor.family ~ '.' ~ factor.name) }}

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

),

grouped as (

    select
        raw_values.as_of_date,
        raw_values.symbol,
        raw_values.asset_class,
        raw_values.factor,
        raw_values.raw_value,
        coalesce(members.country, '') as country

    from raw_values

    inner join {{ ref('cross_section_members') }} as members
        on
            raw_values.as_of_date = members.as_of_date
            and raw_values.symbol = members.symbol

),

bounds as (

    select
        grouped.as_of_date,
        grouped.asset_class,
        grouped.country,
        grouped.factor,
        count(*) as n_names,
        percentile_cont({{ var('winsorize').lower }}) within group (order by grouped.raw_value)
            as lower_bound,
        percentile_cont({{ var('winsorize').upper }}) within group (order by grouped.raw_value)
            as upper_bound

    from grouped

    group by all

),

winsorized as (

    select
        grouped.*,
        bounds.n_names,
        bounds.lower_bound,
        bounds.upper_bound,
        least(greatest(grouped.raw_value, bounds.lower_bound), bounds.upper_bound)
            as winsorized_value

    from grouped

    inner join bounds
        on
            grouped.as_of_date = bounds.as_of_date
            and grouped.asset_class = bounds.asset_class
            and grouped.country = bounds.country
            and grouped.factor = bounds.factor

),

scored as (

    select
        winsorized.as_of_date,
        winsorized.symbol,
        winsorized.asset_class,
        winsorized.country,
        winsorized.factor,
        winsorized.raw_value,
        winsorized.winsorized_value,
        winsorized.lower_bound,
        winsorized.upper_bound,
        winsorized.n_names,
        (winsorized.winsorized_value - avg(winsorized.winsorized_value) over cross_section)
        / nullif(stddev_pop(winsorized.winsorized_value) over cross_section, 0) as z_score,
        {{ average_rank_pct('by_value', 'winsorized.n_names') }} as rank_pct

    from winsorized

    window
        cross_section as (
            partition by
                winsorized.as_of_date,
                winsorized.asset_class,
                winsorized.country,
                winsorized.factor
        ),
        by_value as (
            partition by
                winsorized.as_of_date,
                winsorized.asset_class,
                winsorized.country,
                winsorized.factor
            order by winsorized.raw_value
        )

)

-- Too few names say nothing about each other: no rank that day, and n_names says why.
select
    scored.as_of_date,
    scored.symbol,
    scored.factor,
    scored.asset_class,
    scored.raw_value,
    scored.winsorized_value,
    case when scored.n_names >= {{ var('min_names') }} then scored.z_score end as z_score,
    case when scored.n_names >= {{ var('min_names') }} then scored.rank_pct end as rank_pct,
    scored.lower_bound,
    scored.upper_bound,
    scored.n_names

from scored
