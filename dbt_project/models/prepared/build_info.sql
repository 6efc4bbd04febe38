{{ config(tags=['record']) }}
{# What this build was made of: data, settings and code, each as a hash, and all three as one. #}
{# Equal hashes stand for equal rows, settings and SQL, on whatever machine; no clock is in them. #}
{% set settings = {} %}
{% for name in build_variables() %}
    {% do settings.update({name: var(name)}) %}
{% endfor %}
{# Macros and the scoring models have no checksum in dbt: the build hands theirs over. #}
{% set code = [env_var('FACTORHOUSE_CODE_FINGERPRINT', '')] %}
{% if execute %}
    {% for node in graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') %}
        {% do code.append(node.unique_id ~ ' ' ~ node.checksum.checksum) %}
    {% endfor %}
{% endif %}
with

landed as (

    select
        {{ sorted_texts(
            "concat_ws(' ', row_hashes.table_name, row_hashes.n_rows, row_hashes.row_hash)"
        ) }} as said

    from {{ ref('stg_raw__row_hashes') }} as row_hashes

),

edited as (

    select
        {{ sorted_texts(json_object(
            'strategies',
            [
                'strategy', 'asset_class', 'score', 'side', 'weighting', 'rebalance',
                'cost_model', 'benchmark',
            ],
            [
                'top_fraction', 'hold_fraction', 'gross_long', 'gross_short', 'max_weight',
                'min_weight', 'sector_cap', 'crypto_share', 'turnover_cap', 'no_trade_band',
                'participation_cap', 'aum_usd',
            ],
        )) }} as said

    from {{ ref('strategies') }} as strategies

    union all

    select
        {{ sorted_texts(json_object(
            'cost_models',
            ['cost_model', 'asset_class', 'impact_law'],
            [
                'min_dollar_volume_usd', 'commission_bps', 'half_spread_bps',
                'impact_coefficient', 'borrow_bps_ann', 'funding_bps_ann',
            ],
        )) }} as said

    from {{ ref('cost_models') }} as cost_models

),

settings as (

    select {{ sorted_texts("coalesce(edited.said, '')") }} as said

    from edited

),

hashed as (

    select
        md5(landed.said) as data_fingerprint,
        md5(concat('{{ local_md5(tojson(settings, sort_keys=true)) }}', settings.said))
            as settings_fingerprint,
        '{{ local_md5(code | sort | join("\n")) }}' as code_fingerprint

    from landed

    cross join settings

),

days as (

    select
        min(prices_daily.as_of_date) as first_date,
        max(prices_daily.as_of_date) as last_date

    from {{ ref('prices_daily') }} as prices_daily

)

select
    md5(
        concat_ws(
            ' ', hashed.data_fingerprint, hashed.settings_fingerprint, hashed.code_fingerprint
        )
    ) as build_fingerprint,
    hashed.data_fingerprint,
    hashed.settings_fingerprint,
    hashed.code_fingerprint,
    least(build_clock.known_at, build_clock.newest_observed_at) as known_at,
    days.first_date,
    days.last_date

from hashed

cross join {{ ref('build_clock') }} as build_clock

cross join days
