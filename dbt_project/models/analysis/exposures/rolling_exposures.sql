{# What each strategy is exposed to: at month ends, the year's regression of its excess return on #}
{# the factor portfolios of its class. Each t is held against its fixed-b limit (Kiefer and #}
{# Vogelsang 2005). The intercept is alpha, (1 + alpha)^A - 1 a year, with a t of its own. #}
{% set critical_5_percent = fixed_b_levels()[2].polynomial %}
with

tested as (

    select
        exposure_variances.*,
        exposure_variances.bandwidth / cast(exposure_variances.n_days as double) as b,
        case
            when
                sqrt(exposure_variances.variance) > 1e-12 * abs(exposure_variances.slope)
                then exposure_variances.slope / sqrt(exposure_variances.variance)
        end as t_stat

    from {{ ref('exposure_variances') }} as exposure_variances

),

placed as (

    select
        tested.*,
        abs(tested.t_stat) as distance,
        case
            when tested.t_stat is not null then {{ polynomial('tested.b', critical_5_percent) }}
        end as critical_value

    from tested

),

quantiles as (

    select
        placed.*,
        -({{ fixed_b_quantile('placed.distance', 'placed.b') }}) as normal_quantile

    from placed

),

judged as (

    select
        quantiles.*,
        2 * ({{ normal_cdf('quantiles.normal_quantile') }}) as p_value

    from quantiles

),

alphas as (

    select
        judged.date,
        judged.strategy,
        power(
            1 + judged.slope,
            judged.n_book_days
            / nullif({{ days_between('judged.window_start_date', 'judged.date') }} / 365.25e0, 0)
        )
        - 1 as alpha_ann,
        judged.t_stat as alpha_t_stat,
        judged.p_value as alpha_p_value

    from judged

    where judged.factor is null

)

select
    judged.date,
    judged.strategy,
    judged.factor,
    judged.slope as beta,
    judged.t_stat,
    judged.critical_value,
    judged.p_value,
    alphas.alpha_ann,
    alphas.alpha_t_stat,
    alphas.alpha_p_value,
    case
        when judged.total_squares > 1e-24 * judged.n_days
            then 1 - judged.residual_squares / judged.total_squares
    end as r2,
    judged.bandwidth,
    judged.n_days

from judged

inner join alphas
    on
        judged.date = alphas.date
        and judged.strategy = alphas.strategy

where judged.factor is not null
