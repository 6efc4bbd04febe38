{# Information coefficient: Spearman correlation of each factor's z-score with what came after, #}
{# on every month end and at every horizon; positive is what the paper expects. #}
with

all_names as (

    select
        members.as_of_date,
        members.asset_class,
        count(*) as n_names

    from {{ ref('cross_section_members') }} as members

    group by members.as_of_date, members.asset_class

),

-- Numbers sort and group faster than dates and names: date, series and horizon make up one.
month_ends as (

    select
        factor_dates.as_of_date,
        factor_dates.asset_class,
        all_names.n_names,
        row_number() over (order by factor_dates.as_of_date, factor_dates.asset_class) as date_no

    from {{ ref('factor_dates') }} as factor_dates

    inner join all_names
        on
            factor_dates.as_of_date = all_names.as_of_date
            and factor_dates.asset_class = all_names.asset_class

    where factor_dates.is_month_end

    group by factor_dates.as_of_date, factor_dates.asset_class, all_names.n_names

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
        factor_values.symbol,
        month_ends.date_no,
        series.series_no,
        series.direction * factor_values.z_score as z_score,
        month_ends.n_names

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
ranked_scores as (

    select
        scored.date_no,
        scored.symbol,
        (scored.date_no * 1000 + scored.series_no) * 1000 as cross_section_no,
        scored.z_score,
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

-- A rank as an integer sorts faster than the return.
ranked_returns as (

    select
        month_ends.date_no,
        forward_returns.symbol,
        forward_returns.horizon,
        count(*) over cross_section = month_ends.n_names as is_of_all,
        cast(rank() over by_return as integer) as rank_no,
        {{ average_rank_pct('by_return', 'count(*) over cross_section') }} as return_rank

    from {{ ref('forward_returns') }} as forward_returns

    inner join month_ends
        on
            forward_returns.as_of_date = month_ends.as_of_date
            and forward_returns.asset_class = month_ends.asset_class

    window
        cross_section as (partition by month_ends.date_no, forward_returns.horizon),
        by_return as (
            partition by month_ends.date_no, forward_returns.horizon
            order by forward_returns.fwd_ret
        )

),

-- Some names have no score: the returns are ranked among those that have one.
partly_scored as (

    select
        ranked_scores.cross_section_no + ranked_returns.horizon as cross_section_no,
        ranked_scores.score_rank,
        ranked_returns.rank_no

    from ranked_scores

    inner join ranked_returns
        on
            ranked_scores.date_no = ranked_returns.date_no
            and ranked_scores.symbol = ranked_returns.symbol

    where not ranked_scores.is_of_all and ranked_returns.is_of_all

),

-- Some names have no return: both are ranked among those that have both.
partly_returned as (

    select
        ranked_scores.cross_section_no + ranked_returns.horizon as cross_section_no,
        ranked_scores.z_score,
        ranked_returns.rank_no

    from ranked_scores

    inner join ranked_returns
        on
            ranked_scores.date_no = ranked_returns.date_no
            and ranked_scores.symbol = ranked_returns.symbol

    where not ranked_returns.is_of_all

),

ranks as (

    select
        ranked_scores.cross_section_no + ranked_returns.horizon as cross_section_no,
        ranked_scores.score_rank,
        ranked_returns.return_rank

    from ranked_scores

    inner join ranked_returns
        on
            ranked_scores.date_no = ranked_returns.date_no
            and ranked_scores.symbol = ranked_returns.symbol

    where ranked_scores.is_of_all and ranked_returns.is_of_all

    union all

    select
        partly_scored.cross_section_no,
        partly_scored.score_rank,
        {{ average_rank_pct('by_return', 'count(*) over cross_section') }} as return_rank

    from partly_scored

    window
        cross_section as (partition by partly_scored.cross_section_no),
        by_return as (
            partition by partly_scored.cross_section_no
            order by partly_scored.rank_no
        )

    union all

    select
        partly_returned.cross_section_no,
        {{ average_rank_pct('by_score', 'count(*) over cross_section') }} as score_rank,
        {{ average_rank_pct('by_return', 'count(*) over cross_section') }} as return_rank

    from partly_returned

    window
        cross_section as (partition by partly_returned.cross_section_no),
        by_score as (
            partition by partly_returned.cross_section_no
            order by partly_returned.z_score
        ),
        by_return as (
            partition by partly_returned.cross_section_no
            order by partly_returned.rank_no
        )

),

-- Among names that all tie it is no number.
correlated as (

    select
        ranks.cross_section_no,
        corr(ranks.score_rank, ranks.return_rank) as ic,
        count(*) as n

    from ranks

    group by ranks.cross_section_no

)

select
    month_ends.as_of_date,
    series.asset_class,
    series.factor,
    cast(correlated.cross_section_no % 1000 as integer) as horizon,
    case when {{ is_finite('correlated.ic') }} then correlated.ic end as ic,
    correlated.n

from correlated

inner join series
    on cast(floor(correlated.cross_section_no / 1000e0) as bigint) % 1000 = series.series_no

inner join month_ends
    on cast(floor(correlated.cross_section_no / 1000000e0) as bigint) = month_ends.date_no
