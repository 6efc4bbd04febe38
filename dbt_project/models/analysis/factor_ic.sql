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

all_names as (

    select
        members.as_of_date,
        members.asset_class,
        count(*) as n_names

    from {{ ref('cross_section_members') }} as members

    group by members.as_of_date, members.asset_class

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
        series.direction * factor_values.z_score as z_score,
        all_names.n_names

    from {{ ref('factor_values') }} as factor_values

    inner join month_ends
        on
            factor_values.as_of_date = month_ends.as_of_date
            and factor_values.asset_class = month_ends.asset_class

    inner join series
        on
            factor_values.factor = series.factor
            and factor_values.asset_class = series.asset_class

    inner join all_names
        on
            factor_values.as_of_date = all_names.as_of_date
            and factor_values.asset_class = all_names.asset_class

    where factor_values.z_score is not null

),

-- Nearly always every name with a score has a return too: one ranking serves all horizons.
ranked_scores as (

    select
        scored.as_of_date,
        scored.symbol,
        (scored.date_no * 1000 + scored.series_no) * 1000 as cross_section_no,
        scored.z_score,
        count(*) over cross_section as n_scored,
        count(*) over cross_section = scored.n_names as is_of_all,
        {{ average_rank_pct('by_score', 'count(*) over cross_section') }} as score_rank

    from scored

    window
        cross_section as (partition by scored.date_no * 1000 + scored.series_no),
        by_score as (
            partition by scored.date_no * 1000 + scored.series_no
            order by scored.z_score
        )

),

ranked_returns as (

    select
        forward_returns.as_of_date,
        forward_returns.symbol,
        forward_returns.horizon,
        forward_returns.fwd_ret,
        count(*) over cross_section = all_names.n_names as is_of_all,
        {{ average_rank_pct('by_return', 'count(*) over cross_section') }} as return_rank

    from {{ ref('forward_returns') }} as forward_returns

    inner join all_names
        on
            forward_returns.as_of_date = all_names.as_of_date
            and forward_returns.asset_class = all_names.asset_class

    window
        cross_section as (
            partition by
                forward_returns.as_of_date, forward_returns.asset_class, forward_returns.horizon
        ),
        by_return as (
            partition by
                forward_returns.as_of_date, forward_returns.asset_class, forward_returns.horizon
            order by forward_returns.fwd_ret
        )

),

-- Some names have no score or no return: the returns are ranked among those that have both.
paired_in_part as (

    select
        ranked_scores.cross_section_no + ranked_returns.horizon as cross_section_no,
        ranked_scores.z_score,
        ranked_scores.score_rank,
        ranked_scores.n_scored,
        ranked_returns.fwd_ret

    from ranked_scores

    inner join ranked_returns
        on
            ranked_scores.as_of_date = ranked_returns.as_of_date
            and ranked_scores.symbol = ranked_returns.symbol

    where not (ranked_scores.is_of_all and ranked_returns.is_of_all)

),

ranked_in_part as (

    select
        paired_in_part.cross_section_no,
        paired_in_part.z_score,
        paired_in_part.score_rank,
        paired_in_part.n_scored,
        count(*) over cross_section as n_paired,
        {{ average_rank_pct('by_return', 'count(*) over cross_section') }} as return_rank

    from paired_in_part

    window
        cross_section as (partition by paired_in_part.cross_section_no),
        by_return as (
            partition by paired_in_part.cross_section_no
            order by paired_in_part.fwd_ret
        )

),

ranks as (

    select
        ranked_scores.cross_section_no + ranked_returns.horizon as cross_section_no,
        ranked_scores.score_rank,
        ranked_returns.return_rank

    from ranked_scores

    inner join ranked_returns
        on
            ranked_scores.as_of_date = ranked_returns.as_of_date
            and ranked_scores.symbol = ranked_returns.symbol

    where ranked_scores.is_of_all and ranked_returns.is_of_all

    union all

    select
        ranked_in_part.cross_section_no,
        ranked_in_part.score_rank,
        ranked_in_part.return_rank

    from ranked_in_part

    where ranked_in_part.n_paired = ranked_in_part.n_scored

    union all

    select
        ranked_in_part.cross_section_no,
        {{ average_rank_pct('by_score', 'ranked_in_part.n_paired') }} as score_rank,
        ranked_in_part.return_rank

    from ranked_in_part

    where ranked_in_part.n_paired < ranked_in_part.n_scored

    window by_score as (
        partition by ranked_in_part.cross_section_no
        order by ranked_in_part.z_score
    )

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
