{# Where every ranked name of a month end stands until the next: its quantile of five, and its #}
{# leg, the top or the bottom 30 %. High is what the paper expects to win. Quantiles are those of #}
{# pandas.qcut and alphalens: equal values share one. #}
with

month_ends as (

    select distinct
        factor_dates.as_of_date,
        factor_dates.asset_class

    from {{ ref('factor_dates') }} as factor_dates

    where factor_dates.is_month_end

),

-- A number sorts and joins faster than a date and two names.
cross_sections as (

    select
        month_ends.as_of_date,
        factor_registry.asset_class,
        factor_registry.factor,
        factor_registry.direction,
        row_number() over (
            order by month_ends.as_of_date, factor_registry.asset_class, factor_registry.factor
        ) as cross_section_no

    from month_ends

    inner join {{ ref('factor_registry') }} as factor_registry
        on month_ends.asset_class = factor_registry.asset_class

),

directed as (

    select
        cross_sections.cross_section_no,
        factor_values.symbol,
        cross_sections.direction * (factor_values.rank_pct - 0.5) as directed_rank,
        cross_sections.direction * factor_values.raw_value as directed_value

    from {{ ref('factor_values') }} as factor_values

    inner join cross_sections
        on
            factor_values.as_of_date = cross_sections.as_of_date
            and factor_values.asset_class = cross_sections.asset_class
            and factor_values.factor = cross_sections.factor

    where factor_values.rank_pct is not null

),

-- All in one order, so that one sort serves: from the worst up.
ranked as (

    select
        directed.*,
        count(*) over cross_section as n_names,
        rank() over by_rank as rank_no,
        {{ average_rank_pct('by_rank', 'count(*) over cross_section') }} as class_rank_pct,
        row_number() over worst_first as position_no

    from directed

    window
        cross_section as (partition by directed.cross_section_no),
        by_rank as (partition by directed.cross_section_no order by directed.directed_rank),
        worst_first as (
            partition by directed.cross_section_no
            order by directed.directed_rank asc, directed.directed_value asc, directed.symbol desc
        )

)

select
    cross_sections.as_of_date,
    ranked.symbol,
    cross_sections.asset_class,
    cross_sections.factor,
    ranked.class_rank_pct,
    cast(
        greatest(1, ceil(5 * (ranked.rank_no - 1) / nullif(ranked.n_names - 1, 0))) as integer
    ) as quantile,
    case
        when ranked.position_no <= floor(ranked.n_names * {{ var('spread_fraction') }}) then false
        when
            ranked.position_no
            > ranked.n_names - floor(ranked.n_names * {{ var('spread_fraction') }})
            then true
    end as is_long

from ranked

inner join cross_sections on ranked.cross_section_no = cross_sections.cross_section_no
