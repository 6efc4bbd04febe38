{# Cross-sectional regressions of the return over the next week (or month) on what was known #}
{# before, the first step of Fama and MacBeth (1973): on one factor alone, and on all family #}
{# composites jointly. z-scores count times direction: above 0 is what the paper expects. #}
with

paired as (

    select
        factor_values.as_of_date,
        factor_values.asset_class,
        factor_values.factor,
        factor_registry.direction * factor_values.z_score as z_score,
        slope_labels.fwd_ret

    from {{ ref('slope_labels') }} as slope_labels

    inner join {{ ref('factor_values') }} as factor_values
        on
            slope_labels.as_of_date = factor_values.as_of_date
            and slope_labels.symbol = factor_values.symbol

    inner join {{ ref('factor_registry') }} as factor_registry
        on
            factor_values.factor = factor_registry.factor
            and factor_values.asset_class = factor_registry.asset_class

    where factor_values.z_score is not null

),

alone as (

    select
        paired.as_of_date,
        paired.asset_class,
        'alone' as specification,
        paired.factor as regressor,
        case
            when var_pop(paired.z_score) > 1e-10
                then covar_pop(paired.fwd_ret, paired.z_score) / var_pop(paired.z_score)
        end as slope,
        count(*) as n_names

    from paired

    group by paired.as_of_date, paired.asset_class, paired.factor

    -- More names than the one regressor and the least number of names.
    having count(*) > 1 + {{ var('min_names') }}

),

joint as (

    select
        joint_slopes.as_of_date,
        joint_slopes.asset_class,
        'joint' as specification,
        joint_slopes.regressor,
        joint_slopes.slope,
        joint_slopes.n_names

    from {{ ref('joint_slopes') }} as joint_slopes

)

select * from alone

where slope is not null

union all

select * from joint
