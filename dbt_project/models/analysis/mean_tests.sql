{# Is the mean of a series 0? One test for all: t from the long-run variance with bandwidth M, #}
{# held against the fixed-b limit for b = M / n. Kiefer and Vogelsang (2005). No test where M is #}
{# more than half of the series, or where nothing varies. #}
{% set critical_5_percent = fixed_b_levels()[2].polynomial %}

with

moments as (

    select
        series_moments.*,
        long_run_variances.long_run_variance,
        series_moments.bandwidth / cast(series_moments.n_periods as double) as b

    from {{ ref('series_moments') }} as series_moments

    inner join {{ ref('long_run_variances') }} as long_run_variances
        on
            series_moments.kind = long_run_variances.kind
            and series_moments.asset_class = long_run_variances.asset_class
            and series_moments.series = long_run_variances.series
            and series_moments.sample = long_run_variances.sample

),

tested as (

    select
        moments.*,
        case
            when
                moments.b <= 0.5
                and sqrt(moments.long_run_variance) > 1e-12 * abs(moments.mean)
                then moments.mean / sqrt(moments.long_run_variance / moments.n_periods)
        end as t_stat

    from moments

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

)

select
    quantiles.kind,
    quantiles.asset_class,
    quantiles.series,
    quantiles.sample,
    quantiles.mean,
    quantiles.std,
    quantiles.share_positive,
    quantiles.t_stat,
    quantiles.critical_value,
    2 * ({{ normal_cdf('quantiles.normal_quantile') }}) as p_value,
    quantiles.non_overlapping_t,
    quantiles.bandwidth,
    quantiles.n_periods,
    quantiles.periods_per_year,
    quantiles.first_date,
    quantiles.last_date

from quantiles
