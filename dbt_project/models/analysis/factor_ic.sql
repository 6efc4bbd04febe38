{# Information coefficient: Spearman correlation of each factor's z-score with what came after, #}
{# on every month end and at every horizon; positive is what the paper expects. #}
with

month_ends as (

    select distinct
        factor_dates.as_of_date,
        factor_dates.asset_class

    from {{ ref('factor_dates') }} as factor_dates

    where factor_dates.is_month_end

),

-- A number sorts faster than two names.
series as (

    select
        factor_registry.factor,
        factor_registry.asset_class,
        factor_registry.direction,
        row_number() over (
            order by factor_registry.asset_class, factor_registry.factor
        ) as series_no

    from {{ ref('factor_registry') }} as factor_registry

),

paired as (

    select
        factor_values.as_of_date,
        series.series_no,
        forward_returns.horizon,
        series.direction * factor_values.z_score as z_score,
        forward_returns.fwd_ret

    from {{ ref('factor_values') }} as factor_values

    inner join month_ends
        on
            factor_values.as_of_date = month_ends.as_of_date
            and factor_values.asset_class = month_ends.asset_class

    inner join series
        on
            factor_values.factor = series.factor
            and factor_values.asset_class = series.asset_class

    inner join {{ ref('forward_returns') }} as forward_returns
        on
            factor_values.as_of_date = forward_returns.as_of_date
            and factor_values.symbol = forward_returns.symbol

    where factor_values.z_score is not null

),

ranked as (

    select
        paired.as_of_date,
        paired.series_no,
        paired.horizon,
        {{ average_rank_pct('by_score', 'count(*) over cross_section') }} as score_rank,
        {{ average_rank_pct('by_return', 'count(*) over cross_section') }} as return_rank

    from paired

    window
        cross_section as (partition by paired.as_of_date, paired.series_no, paired.horizon),
        by_score as (
            partition by paired.as_of_date, paired.series_no, paired.horizon
            order by paired.z_score
        ),
        by_return as (
            partition by paired.as_of_date, paired.series_no, paired.horizon
            order by paired.fwd_ret
        )

),

correlated as (

    select
        ranked.as_of_date,
        ranked.series_no,
        ranked.horizon,
        case
            when stddev_pop(ranked.score_rank) > 0 and stddev_pop(ranked.return_rank) > 0
                then corr(ranked.score_rank, ranked.return_rank)
        end as ic,
        count(*) as n

    from ranked

    group by ranked.as_of_date, ranked.series_no, ranked.horizon

)

select
    correlated.as_of_date,
    series.asset_class,
    series.factor,
    correlated.horizon,
    correlated.ic,
    correlated.n

from correlated

inner join series on correlated.series_no = series.series_no
