{# A factor whose rank goes with the label's month after month knows it: no honest one comes near #}
{# a mean rank correlation of 0.5. Names the factor. #}
{% set least_dates = 12 %}
{% set most = 0.5 %}

with

by_date as (

    select
        training_panel.as_of_date,
        training_panel.asset_class,
        {% for factor in registered_factors() %}
            corr(training_panel.{{ factor.name }}, training_panel.target_rank)
                as {{ factor.name }}{% if not loop.last %},{% endif %}
        {% endfor %}

    from {{ ref('training_panel') }} as training_panel

    where training_panel.is_month_end

    group by training_panel.as_of_date, training_panel.asset_class

),

correlations as (

    {% for factor in registered_factors() %}

        select
            '{{ factor.name }}' as factor,
            by_date.asset_class,
            by_date.{{ factor.name }} as rank_correlation

        from by_date

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

)

select
    correlations.factor,
    correlations.asset_class,
    avg(correlations.rank_correlation) as mean_rank_correlation

from correlations

where {{ is_finite('correlations.rank_correlation') }}

group by correlations.factor, correlations.asset_class

having
    count(*) >= {{ least_dates }}
    and abs(avg(correlations.rank_correlation)) > {{ most }}
