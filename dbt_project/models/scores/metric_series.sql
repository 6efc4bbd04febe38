{{ config(schema='construction') }}
{# The monthly series whose means are tested, of each fold and of all folds of a class: rank IC, #}
{# rank IC less the composite's of the same date, and the return of the top fifth less the bottom #}
{# one. With the bandwidth of the kernel, max(3h, 1.3 sqrt(n)): labels overlap over h months. #}
{% set overlaps = {} %}
{% for asset_class, horizon in var('walk_forward').horizon.items() %}
    {% set months = horizon / var('sessions')[asset_class].month %}
    {% do overlaps.update({asset_class: months | round(0, 'ceil') | int}) %}
{% endfor %}

with

beside_composite as (

    select
        model_ic.*,
        model_ic.rank_ic - composite.rank_ic as rank_ic_over_composite

    from {{ ref('model_ic') }} as model_ic

    left join {{ ref('model_ic') }} as composite
        on
            composite.model = 'composite'
            and model_ic.model <> 'composite'
            and model_ic.as_of_date = composite.as_of_date
            and model_ic.asset_class = composite.asset_class

),

measured as (

    {% for measure in ['rank_ic', 'rank_ic_over_composite', 'spread_top_bottom'] %}

        select
            beside_composite.model,
            beside_composite.asset_class,
            beside_composite.fold_id,
            '{{ measure }}' as measure,
            beside_composite.as_of_date,
            beside_composite.{{ measure }} as value

        from beside_composite

        where beside_composite.{{ measure }} is not null

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

),

in_folds_and_overall as (

    select * from measured

    union all

    select
        measured.model,
        measured.asset_class,
        concat(measured.asset_class, '_all') as fold_id,
        measured.measure,
        measured.as_of_date,
        measured.value

    from measured

),

counted as (

    select
        in_folds_and_overall.*,
        row_number() over by_date as period_no,
        avg(in_folds_and_overall.value) over whole as mean,
        count(*) over whole as n_periods

    from in_folds_and_overall

    window
        whole as (
            partition by
                in_folds_and_overall.model,
                in_folds_and_overall.fold_id,
                in_folds_and_overall.measure
        ),
        by_date as (
            partition by
                in_folds_and_overall.model,
                in_folds_and_overall.fold_id,
                in_folds_and_overall.measure
            order by in_folds_and_overall.as_of_date
        )

)

select
    counted.model,
    counted.asset_class,
    counted.fold_id,
    counted.measure,
    counted.as_of_date,
    counted.period_no,
    counted.value,
    counted.mean,
    counted.n_periods,
    least(
        counted.n_periods,
        cast(
            ceil(
                greatest(
                    3 * {{ by_asset_class(overlaps, 'counted.asset_class') }},
                    1.3 * sqrt(counted.n_periods)
                )
            ) as bigint
        )
    ) as bandwidth

from counted
