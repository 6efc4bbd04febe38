{# explain_factor(day, symbol, factor): the cross-section of a factor, country by country. #}
{% macro explain_factor() -%}
with

dates as (

    select
        factor_dates.asset_class,
        max(factor_dates.as_of_date) as as_of_date

    from factors.factor_dates as factor_dates

    where factor_dates.as_of_date <= cast(day as date)

    group by factor_dates.asset_class

),

sections as (

    select distinct
        assets.asset_class,
        coalesce(assets.country, '') as country,
        dates.as_of_date

    from prepared.assets as assets

    inner join dates on assets.asset_class = dates.asset_class

    where symbol is null or assets.symbol = symbol

),

ranked as (

    select
        factor_values.*,
        sections.country,
        members.session_date,
        members.sector,
        avg(factor_values.neutralized_value) over cross_section as mean_value,
        stddev_pop(factor_values.neutralized_value) over cross_section as deviation

    from factors.factor_values as factor_values

    inner join factors.cross_section_members as members
        on
            factor_values.as_of_date = members.as_of_date
            and factor_values.symbol = members.symbol

    inner join sections
        on
            members.asset_class = sections.asset_class
            and coalesce(members.country, '') = sections.country
            and members.as_of_date = sections.as_of_date
            and factor_values.as_of_date = sections.as_of_date

    where factor is null or factor_values.factor = factor

    window
        cross_section as (
            partition by
                factor_values.as_of_date,
                factor_values.asset_class,
                sections.country,
                factor_values.factor
        )

)

select
    ranked.as_of_date,
    ranked.factor,
    factor_registry.family,
    factor_registry.direction,
    factor_registry.neutralize,
    factor_registry.unit,
    ranked.asset_class,
    ranked.country,
    ranked.symbol,
    ranked.sector,
    ranked.session_date,
    coalesce(ranked.symbol = symbol, false) as is_asked,
    ranked.raw_value,
    ranked.lower_bound,
    ranked.upper_bound,
    ranked.winsorized_value,
    ranked.neutralized_value,
    ranked.mean_value,
    ranked.deviation,
    ranked.z_score,
    ranked.rank_pct,
    factor_registry.direction * (ranked.rank_pct - 0.5) as feature,
    ranked.n_names

from ranked

inner join factors.factor_registry as factor_registry
    on
        ranked.factor = factor_registry.factor
        and ranked.asset_class = factor_registry.asset_class
{%- endmacro %}
