{{ config(tags=['sweep']) }}
{# How much of a Sharpe ratio may be luck. psr: the probability that the true one is above 0, #}
{# given the length, skewness and kurtosis of the series; Bailey and Lopez de Prado (2012). dsr: #}
{# that it is above the best that as many trials of no worth would have shown; the same (2014). #}
{# Trials on other calendars are compared per year. Trials count that have a Sharpe ratio, from #}
{# at least 20 days. *(choice)*: every one counts as independent of the others. #}
{% set euler_gamma, e, z_95 = 0.5772156649015329, 2.718281828459045, 1.6448536269514722 %}
with

ledger as (

    select
        greatest(count(*), 1) as n_trials,
        coalesce(stddev_samp(trials.sharpe), 0) as trials_sharpe_std,
        1 / cast(greatest(count(*), 2) as double) as share_of_best,
        1 / cast(greatest(count(*), 2) * {{ e }} as double) as share_beyond

    from {{ ref('trials') }} as trials

    where trials.sharpe is not null and trials.skewness is not null

),

-- The expected highest of n draws from a normal of mean 0: Gumbel's law.
hurdles as (

    select
        ledger.n_trials,
        ledger.trials_sharpe_std,
        case
            when ledger.n_trials = 1 then 0
            else
                ledger.trials_sharpe_std
                * (
                    -(1 - {{ euler_gamma }}) * ({{ normal_quantile('ledger.share_of_best') }})
                    - {{ euler_gamma }} * ({{ normal_quantile('ledger.share_beyond') }})
                )
        end as expected_max_sharpe

    from ledger

),

measured as (

    select
        moments.strategy,
        moments.n_days,
        moments.periods_per_year,
        moments.skewness,
        moments.kurtosis,
        moments.mean_excess / moments.std_excess as period_sharpe,
        hurdles.n_trials,
        hurdles.trials_sharpe_std,
        hurdles.expected_max_sharpe,
        {{ sharpe_variance('moments') }} as sharpe_variance

    from {{ ref('return_moments') }} as moments

    cross join hurdles

    where moments.skewness is not null

),

distances as (

    select
        measured.*,
        {{ sharpe_distance('measured', '0') }} as z_psr,
        {{ sharpe_distance(
            'measured', 'measured.expected_max_sharpe / sqrt(measured.periods_per_year)'
        ) }} as z_dsr,
        case
            when measured.period_sharpe > 0 and measured.sharpe_variance > 0
                then
                    1
                    + measured.sharpe_variance
                    * power({{ z_95 }} / measured.period_sharpe, 2)
        end as min_track_record_days

    from measured

)

select
    distances.strategy,
    distances.n_days,
    distances.period_sharpe * sqrt(distances.periods_per_year) as sharpe,
    distances.skewness,
    distances.kurtosis,
    distances.n_trials,
    distances.trials_sharpe_std,
    distances.expected_max_sharpe,
    {{ normal_cdf('distances.z_psr') }} as psr,
    {{ normal_cdf('distances.z_dsr') }} as dsr,
    distances.min_track_record_days,
    distances.min_track_record_days / distances.periods_per_year as min_track_record_years

from distances
