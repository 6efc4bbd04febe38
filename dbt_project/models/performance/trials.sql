{{ config(
    materialized='incremental', unique_key='trial_id', full_refresh=false,
    on_schema_change='append_new_columns', tags=['sweep', 'record']
) }}
{# The ledger of all backtests ever run in this file: a trial is settings x dataset. The same #}
{# settings again, on newer data or under another name, change their row and are no new trial; #}
{# what is run no more stays. Rebuilds do not drop this table. #}
with

runs as (

    select
        trial_settings.trial_id,
        trial_settings.strategy,
        cast({{ "'" ~ var('sweep') ~ "'" if var('sweep') else 'null' }} as string) as sweep,
        trial_settings.settings,
        build_clock.newest_load_id,
        moments.last_date as data_end_date,
        md5(
            concat_ws(
                '|',
                coalesce(cast(build_clock.newest_load_id as string), ''),
                cast(build_clock.end_date as string),
                cast(build_clock.known_at as string),
                cast(moments.last_date as string)
            )
        ) as data_fingerprint,
        moments.n_days,
        moments.periods_per_year,
        moments.mean_excess,
        moments.std_excess,
        moments.skewness,
        moments.kurtosis,
        moments.mean_excess / moments.std_excess as period_sharpe,
        moments.mean_excess / moments.std_excess * sqrt(moments.periods_per_year) as sharpe,
        power(moments.final_nav, moments.periods_per_year / moments.n_days) - 1 as ann_return

    from {{ ref('trial_settings') }} as trial_settings

    inner join {{ ref('return_moments') }} as moments
        on trial_settings.strategy = moments.strategy

    cross join {{ ref('build_clock') }} as build_clock

    -- Rows of strategies.csv that differ by name alone are one trial.
    qualify
        row_number() over (
            partition by trial_settings.trial_id
            order by trial_settings.strategy
        ) = 1

)

select
    runs.trial_id,
    runs.strategy,
    runs.sweep,
    runs.settings,
    {% if is_incremental() %}
        coalesce(earlier.first_load_id, runs.newest_load_id) as first_load_id,
        coalesce(earlier.first_data_end_date, runs.data_end_date) as first_data_end_date,
    {% else %}
        runs.newest_load_id as first_load_id,
        runs.data_end_date as first_data_end_date,
    {% endif %}
    runs.newest_load_id as last_load_id,
    runs.data_end_date as last_data_end_date,
    runs.data_fingerprint,
    runs.n_days,
    runs.periods_per_year,
    runs.mean_excess,
    runs.std_excess,
    runs.skewness,
    runs.kurtosis,
    runs.period_sharpe,
    runs.sharpe,
    runs.ann_return

from runs

{% if is_incremental() %}
    left join {{ this }} as earlier on runs.trial_id = earlier.trial_id
{% endif %}
