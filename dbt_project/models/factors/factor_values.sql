{# Every registered factor through the cross-section of its date, asset class and country: #}
{# winsorized at the 1st and 99th percentile, neutralized where the registry says so, #}
{# z-scored, and ranked on the raw value (on the residual where neutralized). #}
{% set neutralized_factors = registered_factors()
    | selectattr('neutralize', 'in', ['sector', 'size_and_sector']) | list %}
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
        {% if neutralized_factors %}
            coalesce(members.sector, '') as sector,
        {% endif %}
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

{% if neutralized_factors %}

    -- What is left of size within the sector, where the regression has it.
    sized as (

        select
            winsorized.*,
            case
                {% for factor in neutralized_factors %}
                    when winsorized.factor = '{{ factor.name }}'
                        then {{ 'size.size' if factor.neutralize == 'size_and_sector' else 0 }}
                {% endfor %}
            end as log_cap

        from winsorized

        left join {{ ref('size') }} as size
            on
                winsorized.as_of_date = size.as_of_date
                and winsorized.symbol = size.symbol

        where
            winsorized.factor in (
                {% for factor in neutralized_factors %}
                    '{{ factor.name }}'{% if not loop.last %},{% endif %}
                {% endfor %}
            )

    ),

    within_sector as (

        select
            sized.as_of_date,
            sized.symbol,
            sized.factor,
            sized.asset_class,
            sized.country,
            sized.winsorized_value,
            sized.winsorized_value - avg(sized.winsorized_value) over peers as value_left,
            sized.log_cap - avg(sized.log_cap) over peers as log_cap_left

        from sized

        where sized.log_cap is not null

        window peers as (
            partition by
                sized.as_of_date, sized.asset_class, sized.country, sized.factor, sized.sector
        )

    ),

    -- Regressing on sectors and size is regressing what the sector means leave of both.
    left_over as (

        select
            within_sector.as_of_date,
            within_sector.symbol,
            within_sector.factor,
            within_sector.value_left
            - within_sector.log_cap_left
            * coalesce(
                sum(within_sector.value_left * within_sector.log_cap_left) over cross_section
                / nullif(sum(power(within_sector.log_cap_left, 2)) over cross_section, 0),
                0
            ) as residual,
            max(within_sector.winsorized_value) over cross_section
            - min(within_sector.winsorized_value) over cross_section as spread

        from within_sector

        window cross_section as (
            partition by
                within_sector.as_of_date,
                within_sector.asset_class,
                within_sector.country,
                within_sector.factor
        )

    ),

    -- Where the regression fits, what is left is rounding, and ranks nobody.
    residuals as (

        select
            left_over.as_of_date,
            left_over.symbol,
            left_over.factor,
            case
                when abs(left_over.residual) > 1e-9 * left_over.spread then left_over.residual
                else 0
            end as residual

        from left_over

    ),

{% endif %}

adjusted as (

    select
        winsorized.*,
        {% if neutralized_factors %}
            case
                when factor_registry.neutralize = 'none' then winsorized.winsorized_value
                else residuals.residual
            end as neutralized_value,
            case
                when factor_registry.neutralize = 'none' then winsorized.raw_value
                else residuals.residual
            end as ranked_value
        {% else %}
            winsorized.winsorized_value as neutralized_value,
            winsorized.raw_value as ranked_value
        {% endif %}

    from winsorized

    {% if neutralized_factors %}

        inner join {{ ref('factor_registry') }} as factor_registry
            on
                winsorized.factor = factor_registry.factor
                and winsorized.asset_class = factor_registry.asset_class

        left join residuals
            on
                winsorized.as_of_date = residuals.as_of_date
                and winsorized.symbol = residuals.symbol
                and winsorized.factor = residuals.factor

    {% endif %}

),

-- One sort serves both windows. Rows without a value come last: they shift no rank.
measured as (

    select
        adjusted.*,
        count(adjusted.ranked_value) over cross_section as n_names,
        count(*) over cross_section as n_rows,
        avg(adjusted.neutralized_value) over cross_section as mean_value,
        stddev_pop(adjusted.neutralized_value) over cross_section as deviation,
        rank() over by_value as lowest_rank,
        cume_dist() over by_value as share_at_or_below

    from adjusted

    window
        cross_section as (
            partition by
                adjusted.as_of_date, adjusted.asset_class, adjusted.country, adjusted.factor
        ),
        by_value as (
            partition by
                adjusted.as_of_date, adjusted.asset_class, adjusted.country, adjusted.factor
            order by adjusted.ranked_value nulls last
        )

)

-- Too few names say nothing about each other: no rank that day, and n_names says why.
-- The rank is (average rank - 0.5) / n.
select
    measured.as_of_date,
    measured.symbol,
    measured.factor,
    measured.asset_class,
    measured.raw_value,
    measured.winsorized_value,
    measured.neutralized_value,
    case
        when measured.n_names >= {{ var('min_names') }}
            then
                (measured.neutralized_value - measured.mean_value)
                / nullif(measured.deviation, 0)
    end as z_score,
    case
        when measured.n_names >= {{ var('min_names') }} and measured.ranked_value is not null
            then
                (
                    (measured.lowest_rank - 1) / cast(measured.n_names as double)
                    + measured.share_at_or_below
                    * (measured.n_rows / cast(measured.n_names as double))
                )
                / 2
    end as rank_pct,
    measured.lower_bound,
    measured.upper_bound,
    measured.n_names

from measured
