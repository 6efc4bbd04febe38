{# Every registered factor through the cross-section of its date, asset class and country: #}
{# winsorized at the 1st and 99th percentile, neutralized where the registry says so, #}
{# z-scored, and ranked on the raw value (on the residual where neutralized). #}
{# Each factor by itself: what is sorted and grouped is a factor's numbers, not all of them. #}
{% set by_sector = registered_factors()
    | selectattr('neutralize', 'in', ['sector', 'size_and_sector'])
    | map(attribute='name') | list %}
{% set winsorized_value = 'least(greatest(valued.raw_value, bounds.lower_bound), '
    ~ 'bounds.upper_bound)' %}
with

-- A number sorts and groups faster than a date and two names.
sections as (

    select
        members.as_of_date,
        members.asset_class,
        coalesce(members.country, '') as country,
        row_number() over (
            order by members.as_of_date, members.asset_class, coalesce(members.country, '')
        ) as section_no

    from {{ ref('cross_section_members') }} as members

    group by members.as_of_date, members.asset_class, coalesce(members.country, '')

),

names as (

    select
        members.as_of_date,
        members.symbol,
        {% if by_sector %}
            coalesce(members.sector, '') as sector,
        {% endif %}
        sections.section_no

    from {{ ref('cross_section_members') }} as members

    inner join sections
        on
            members.as_of_date = sections.as_of_date
            and members.asset_class = sections.asset_class
            and coalesce(members.country, '') = sections.country

),

{% for family, own in registered_factors() | groupby('family') %}

    -- A family's factors find their names once.
    {{ family }}_of_names as (

        select
            names.section_no,
            names.symbol,
            {% if by_sector %}
                names.as_of_date,
                names.sector,
            {% endif %}
            {{ family }}.asset_class,
            {% for factor in own %}
                cast({{ family }}.{{ factor.name }} as double) as {{ factor.name }}
                {%- if not loop.last %},{% endif %}
            {% endfor %}

        from {{ ref(family) }} as {{ family }}

        inner join names
            on
                {{ family }}.as_of_date = names.as_of_date
                and {{ family }}.symbol = names.symbol

    ),

{% endfor %}

{% for factor in registered_factors() %}

    {{ factor.name }}_valued as (

        select
            of_names.section_no,
            of_names.symbol,
            {% if factor.name in by_sector %}
                of_names.as_of_date,
                of_names.sector,
            {% endif %}
            of_names.{{ factor.name }} as raw_value

        from {{ factor.family }}_of_names as of_names

        where
            of_names.asset_class in (
                {% for asset_class in factor.asset_classes %}
                    '{{ asset_class }}'{% if not loop.last %},{% endif %}
                {% endfor %}
            )
            and {{ is_finite('of_names.' ~ factor.name) }}

    ),

    {{ factor.name }}_percentiles as (

        select
            valued.section_no,
            percentile_cont({{ var('winsorize').lower }}) within group (order by valued.raw_value)
                as lower_bound,
            percentile_cont({{ var('winsorize').upper }}) within group (order by valued.raw_value)
                as upper_bound

        from {{ factor.name }}_valued as valued

        group by valued.section_no

    ),

    {{ factor.name }}_bounds as (

        select
            percentiles.section_no,
            sections.as_of_date,
            sections.asset_class,
            percentiles.lower_bound,
            percentiles.upper_bound

        from {{ factor.name }}_percentiles as percentiles

        inner join sections on percentiles.section_no = sections.section_no

    ),

    {% if factor.name in by_sector %}

        -- What is left of the value, and of size where the regression has it, within the sector.
        {{ factor.name }}_within_sector as (

            select
                valued.section_no,
                valued.symbol,
                {{ winsorized_value }} as winsorized_value,
                {{ winsorized_value }} - avg({{ winsorized_value }}) over peers as value_left,
                {% if factor.neutralize == 'size_and_sector' %}
                    size.size - avg(size.size) over peers as log_cap_left
                {% else %}
                    0e0 as log_cap_left
                {% endif %}

            from {{ factor.name }}_valued as valued

            inner join {{ factor.name }}_bounds as bounds
                on valued.section_no = bounds.section_no

            {% if factor.neutralize == 'size_and_sector' %}
                inner join {{ ref('size') }} as size
                    on
                        valued.as_of_date = size.as_of_date
                        and valued.symbol = size.symbol
                        and size.size is not null
            {% endif %}

            window peers as (partition by valued.section_no, valued.sector)

        ),

        -- Regressing on sectors and size is regressing what the sector means leave of both.
        {{ factor.name }}_left_over as (

            select
                within_sector.section_no,
                within_sector.symbol,
                within_sector.value_left
                - within_sector.log_cap_left
                * coalesce(
                    sum(within_sector.value_left * within_sector.log_cap_left) over cross_section
                    / nullif(sum(power(within_sector.log_cap_left, 2)) over cross_section, 0),
                    0
                ) as residual,
                max(within_sector.winsorized_value) over cross_section
                - min(within_sector.winsorized_value) over cross_section as spread

            from {{ factor.name }}_within_sector as within_sector

            window cross_section as (partition by within_sector.section_no)

        ),

        -- Where the regression fits, what is left is rounding, and ranks nobody.
        {{ factor.name }}_residuals as (

            select
                valued.section_no,
                valued.symbol,
                valued.raw_value,
                case
                    when abs(left_over.residual) > 1e-9 * left_over.spread then left_over.residual
                    when left_over.residual is not null then 0
                end as residual

            from {{ factor.name }}_valued as valued

            left join {{ factor.name }}_left_over as left_over
                on
                    valued.section_no = left_over.section_no
                    and valued.symbol = left_over.symbol

        ),

    {% endif %}

    {% set valued, adjusted, ranked =
        (factor.name ~ '_residuals', 'valued.residual', 'valued.residual')
        if factor.name in by_sector
        else (factor.name ~ '_valued', winsorized_value, 'valued.raw_value') %}

    -- One sort serves all, and has sums add up in the same order each time. Rows without a value
    -- come last: they shift no rank.
    {{ factor.name }}_ranked as (

        select
            valued.*,
            {{ ranked }} is not null as is_ranked,
            count({{ ranked }}) over cross_section as n_names,
            count(*) over cross_section as n_rows,
            avg({{ adjusted }}) over cross_section as mean_value,
            stddev_pop({{ adjusted }}) over cross_section as deviation,
            rank() over by_value as lowest_rank,
            cume_dist() over by_value as share_at_or_below

        from {{ valued }} as valued

        inner join {{ factor.name }}_bounds as bounds on valued.section_no = bounds.section_no

        window
            cross_section as (partition by valued.section_no),
            by_value as (partition by valued.section_no order by {{ ranked }} nulls last)

    ),

{% endfor %}

measured as (

    {% for factor in registered_factors() %}

        select
            bounds.as_of_date,
            valued.symbol,
            '{{ factor.name }}' as factor,
            bounds.asset_class,
            valued.raw_value,
            {{ winsorized_value }} as winsorized_value,
            {% if factor.name in by_sector %}
                valued.residual as neutralized_value,
            {% else %}
                {{ winsorized_value }} as neutralized_value,
            {% endif %}
            valued.is_ranked,
            valued.n_names,
            valued.n_rows,
            valued.mean_value,
            valued.deviation,
            valued.lowest_rank,
            valued.share_at_or_below,
            bounds.lower_bound,
            bounds.upper_bound

        from {{ factor.name }}_ranked as valued

        inner join {{ factor.name }}_bounds as bounds on valued.section_no = bounds.section_no

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

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
        when measured.n_names >= {{ var('min_names') }} and measured.is_ranked
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
