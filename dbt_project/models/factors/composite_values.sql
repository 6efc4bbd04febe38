{# Composites: the mean direction-adjusted z-score of each family, and the mean of the families. #}
{# Names of the same z-scores tie, in whatever order these are added up. #}
with

directed as (

    select
        factor_values.as_of_date,
        factor_values.symbol,
        factor_values.asset_class,
        factor_registry.family,
        factor_registry.direction * factor_values.z_score as z_score

    from {{ ref('factor_values') }} as factor_values

    inner join {{ ref('factor_registry') }} as factor_registry
        on
            factor_values.factor = factor_registry.factor
            and factor_values.asset_class = factor_registry.asset_class

),

families as (

    select
        directed.as_of_date,
        directed.symbol,
        directed.asset_class,
        concat('composite_', directed.family) as composite,
        {{ exact_sum('directed.z_score') }} / count(*) as composite_value

    from directed

    where directed.z_score is not null

    group by all

),

overall as (

    select
        families.as_of_date,
        families.symbol,
        families.asset_class,
        'composite' as composite,
        {{ exact_sum('families.composite_value') }} / count(*) as composite_value

    from families

    group by all

)

select * from families

union all

select * from overall
