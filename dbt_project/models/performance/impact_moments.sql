{{ config(schema='construction') }}
{# What impact does to each strategy's excess return as its fund grows, under each law: moments #}
{# of x, the excess return without impact, and of c and d, the impact of a fund of one dollar: #}
{# of a fund of U dollars it takes c x U^concave_power + d x U. #}
with

daily as (

    select
        daily_before_cost.*,
        daily_before_cost.return_before_cost
        - daily_before_cost.linear_cost_return
        - daily_before_cost.risk_free_return as excess_return

    from {{ ref('daily_before_cost') }} as daily_before_cost

),

by_law as (

    {% for law, concave_power, concave, full in [
        ('square_root', 0.5, 'daily.square_root_impact', 'cast(0 as double)'),
        ('almgren', 0.6, 'daily.almgren_temporary_impact', 'daily.almgren_permanent_impact'),
    ] %}

        select
            daily.strategy,
            '{{ law }}' as impact_law,
            cast({{ concave_power }} as double) as concave_power,
            daily.date,
            daily.excess_return,
            {{ concave }} as concave_impact,
            {{ full }} as full_impact

        from daily

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

)

select
    by_law.strategy,
    by_law.impact_law,
    by_law.concave_power,
    count(*)
    / nullif({{ days_between('min(by_law.date)', 'max(by_law.date)') }} / 365.25e0, 0)
        as periods_per_year,
    avg(by_law.excess_return) as mean_excess,
    avg(by_law.concave_impact) as mean_concave,
    avg(by_law.full_impact) as mean_full,
    var_samp(by_law.excess_return) as var_excess,
    var_samp(by_law.concave_impact) as var_concave,
    var_samp(by_law.full_impact) as var_full,
    covar_samp(by_law.excess_return, by_law.concave_impact) as covar_excess_concave,
    covar_samp(by_law.excess_return, by_law.full_impact) as covar_excess_full,
    covar_samp(by_law.concave_impact, by_law.full_impact) as covar_concave_full

from by_law

group by by_law.strategy, by_law.impact_law, by_law.concave_power
