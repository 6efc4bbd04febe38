{# Every series whose mean is tested against 0, the one way it is tested here: see mean_tests. #}
{# A series of another kind is one more select of the union. #}
with

-- The difference of two parts' means as a series: where its mean is tested, so is the difference.
-- These are the scores of a regression on the part: each day's return less its own part's mean,
-- over that part's share of days, minus for the other part, around the difference.
part_differences as (

    select
        premium_parts.asset_class,
        premium_parts.factor,
        premium_parts.division,
        premium_parts.date,
        premium_parts.is_minuend,
        premium_parts.long_short_return
        - avg(premium_parts.long_short_return) over of_part as deviation,
        count(*) over of_part / cast(count(*) over of_both as double) as share,
        avg(case when premium_parts.is_minuend then premium_parts.long_short_return end)
            over of_both
        - avg(case when not premium_parts.is_minuend then premium_parts.long_short_return end)
            over of_both as difference

    from {{ ref('premium_parts') }} as premium_parts

    window
        of_both as (
            partition by premium_parts.asset_class, premium_parts.factor, premium_parts.division
        ),
        of_part as (
            partition by
                premium_parts.asset_class,
                premium_parts.factor,
                premium_parts.division,
                premium_parts.part
        )

),

premia as (

    select
        factor_returns.asset_class,
        factor_returns.factor,
        'whole' as sample,
        factor_returns.date,
        factor_returns.long_short_return as value

    from {{ ref('factor_returns') }} as factor_returns

    union all

    select
        premium_parts.asset_class,
        premium_parts.factor,
        premium_parts.part as sample,
        premium_parts.date,
        premium_parts.long_short_return as value

    from {{ ref('premium_parts') }} as premium_parts

    union all

    select
        part_differences.asset_class,
        part_differences.factor,
        part_differences.division || '_difference' as sample,
        part_differences.date,
        part_differences.difference
        + case when part_differences.is_minuend then 1 else -1 end
        * part_differences.deviation
        / part_differences.share as value

    from part_differences

),

series as (

    select
        'premium' as kind,
        premia.asset_class,
        premia.factor as series,
        premia.sample,
        premia.date,
        premia.value,
        1 as overlap

    from premia

    union all

    select
        'ic' as kind,
        factor_ic.asset_class,
        factor_ic.factor as series,
        'horizon_' || cast(factor_ic.horizon as string) as sample,
        factor_ic.as_of_date as date,
        factor_ic.ic as value,
        cast(
            ceil(
                factor_ic.horizon
                / cast(
                    case factor_ic.asset_class
                        {% for asset_class, sessions in var('sessions').items() %}
                            when '{{ asset_class }}' then {{ sessions.month }}
                        {% endfor %}
                    end as double
                )
            ) as integer
        ) as overlap

    from {{ ref('factor_ic') }} as factor_ic

    union all

    select
        'slope' as kind,
        cross_sectional_slopes.asset_class,
        cross_sectional_slopes.regressor as series,
        cross_sectional_slopes.specification as sample,
        cross_sectional_slopes.as_of_date as date,
        cross_sectional_slopes.slope as value,
        1 as overlap

    from {{ ref('cross_sectional_slopes') }} as cross_sectional_slopes

),

numbered as (

    select
        series.kind,
        series.asset_class,
        series.series,
        series.sample,
        series.date,
        series.value,
        row_number() over (
            partition by series.kind, series.asset_class, series.series, series.sample
            order by series.date
        ) as period_no,
        series.overlap

    from series

    where series.value is not null

)

select * from numbered
