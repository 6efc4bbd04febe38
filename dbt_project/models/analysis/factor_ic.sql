{# Information coefficient: Spearman correlation of each factor's z-score with what came after, #}
{# on every month end and at every horizon; positive is what the paper expects. #}
with

-- Numbers sort and group faster than dates and names: date, series and horizon make up one.
month_ends as (

    select
        factor_dates.as_of_date,
        factor_dates.asset_class,
        row_number() over (order by factor_dates.as_of_date, factor_dates.asset_class) as date_no

    from {{ ref('factor_dates') }} as factor_dates

    where factor_dates.is_month_end

    group by factor_dates.as_of_date, factor_dates.asset_class

),

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

scored as (

    select
        factor_values.as_of_date,
        factor_values.symbol,
        month_ends.date_no,
        series.series_no,
        series.direction * factor_values.z_score as z_score

    from {{ ref('factor_values') }} as factor_values

    inner join month_ends
        on
            factor_values.as_of_date = month_ends.as_of_date
            and factor_values.asset_class = month_ends.asset_class

    inner join series
        on
            factor_values.factor = series.factor
            and factor_values.asset_class = series.asset_class

    where factor_values.z_score is not null

),

-- Nearly always every name with a score has a return too: one ranking serves all horizons.
ranked_once as (

    select
        scored.as_of_date,
        scored.symbol,
        (scored.date_no * 1000 + scored.series_no) * 1000 as cross_section_no,
        scored.z_score,
        count(*) over cross_section as n_scored,
        {{ average_rank_pct('by_score', 'count(*) over cross_section') }} as score_rank

    from scored

    window
        cross_section as (partition by scored.date_no * 1000 + scored.series_no),
        by_score as (
            partition by scored.date_no * 1000 + scored.series_no
            order by scored.z_score
        )

),

paired as (

    select
        ranked_once.cross_section_no + forward_returns.horizon as cross_section_no,
        ranked_once.z_score,
        ranked_once.score_rank,
        ranked_once.n_scored,
        forward_returns.fwd_ret

    from ranked_once

    inner join {{ ref('forward_returns') }} as forward_returns
        on
            ranked_once.as_of_date = forward_returns.as_of_date
            and ranked_once.symbol = forward_returns.symbol

),

ranked as (

    select
        paired.cross_section_no,
        paired.z_score,
        paired.score_rank,
        paired.n_scored,
        count(*) over cross_section as n_paired,
        {{ average_rank_pct('by_return', 'count(*) over cross_section') }} as return_rank

    from paired

    window
        cross_section as (partition by paired.cross_section_no),
        by_return as (partition by paired.cross_section_no order by paired.fwd_ret)

),

ranks as (

    select
        ranked.cross_section_no,
        ranked.score_rank,
        ranked.return_rank

    from ranked

    where ranked.n_paired = ranked.n_scored

    union all

    select
        ranked.cross_section_no,
        {{ average_rank_pct('by_score', 'ranked.n_paired') }} as score_rank,
        ranked.return_rank

    from ranked

    where ranked.n_paired < ranked.n_scored

    window by_score as (partition by ranked.cross_section_no order by ranked.z_score)

),

correlated as (

    select
        ranks.cross_section_no,
        case
            when stddev_pop(ranks.score_rank) > 0 and stddev_pop(ranks.return_rank) > 0
                then corr(ranks.score_rank, ranks.return_rank)
        end as ic,
        count(*) as n

    from ranks

    group by ranks.cross_section_no

)

select
    month_ends.as_of_date,
    series.asset_class,
    series.factor,
    cast(correlated.cross_section_no % 1000 as integer) as horizon,
    correlated.ic,
    correlated.n

from correlated

inner join series
    on cast(floor(correlated.cross_section_no / 1000e0) as bigint) % 1000 = series.series_no

inner join month_ends
    on cast(floor(correlated.cross_section_no / 1000000e0) as bigint) = month_ends.date_no
