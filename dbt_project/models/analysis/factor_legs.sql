{# Where every ranked name of a month end stands until the next: its quantile of five, its leg #}
{# (the top or the bottom 30 %), and between which closes it is held. High is what the paper #}
{# expects to win. Quantiles are those of pandas.qcut and alphalens: equal values share one. #}
with

month_ends as (

    select
        factor_dates.as_of_date,
        factor_dates.asset_class,
        factor_dates.venue,
        factor_dates.session_date,
        lead(factor_dates.session_date) over (
            partition by factor_dates.asset_class, factor_dates.venue
            order by factor_dates.as_of_date
        ) as next_session_date

    from {{ ref('factor_dates') }} as factor_dates

    where factor_dates.is_month_end

),

-- Bought at the close of the first session after the month end on which the name has a bar, sold
-- likewise after the next month end; one that trades no more is held until its delisting.
holdings as (

    select
        month_ends.as_of_date,
        month_ends.asset_class,
        formed.symbol,
        formed.next_trade_date as entry_date,
        least(
            coalesce(left_over.next_trade_date, cast('9999-12-31' as date)),
            coalesce(formed.next_delisting_date, cast('9999-12-31' as date))
        ) as exit_date

    from month_ends

    inner join {{ ref('assets') }} as assets on month_ends.venue = assets.venue

    inner join {{ ref('holding_worths') }} as formed
        on
            assets.symbol = formed.symbol
            and month_ends.session_date = formed.as_of_date

    left join {{ ref('holding_worths') }} as left_over
        on
            assets.symbol = left_over.symbol
            and month_ends.next_session_date = left_over.as_of_date

),

directed as (

    select
        factor_values.as_of_date,
        factor_values.symbol,
        factor_values.asset_class,
        factor_values.factor,
        holdings.entry_date,
        holdings.exit_date,
        factor_registry.direction * (factor_values.rank_pct - 0.5) as directed_rank,
        factor_registry.direction * factor_values.raw_value as directed_value

    from {{ ref('factor_values') }} as factor_values

    inner join {{ ref('factor_registry') }} as factor_registry
        on
            factor_values.factor = factor_registry.factor
            and factor_values.asset_class = factor_registry.asset_class

    inner join holdings
        on
            factor_values.as_of_date = holdings.as_of_date
            and factor_values.symbol = holdings.symbol
            and factor_values.asset_class = holdings.asset_class

    where factor_values.rank_pct is not null

),

ranked as (

    select
        directed.*,
        count(*) over cross_section as n_names,
        rank() over by_rank as rank_no,
        {{ average_rank_pct('by_rank', 'count(*) over cross_section') }} as class_rank_pct,
        row_number() over preferred_first as position_no

    from directed

    window
        cross_section as (
            partition by directed.as_of_date, directed.asset_class, directed.factor
        ),
        by_rank as (
            partition by directed.as_of_date, directed.asset_class, directed.factor
            order by directed.directed_rank
        ),
        preferred_first as (
            partition by directed.as_of_date, directed.asset_class, directed.factor
            order by directed.directed_rank desc, directed.directed_value desc, directed.symbol asc
        )

)

select
    ranked.as_of_date,
    ranked.symbol,
    ranked.asset_class,
    ranked.factor,
    ranked.class_rank_pct,
    cast(
        greatest(1, ceil(5 * (ranked.rank_no - 1) / nullif(ranked.n_names - 1, 0))) as integer
    ) as quantile,
    case
        when ranked.position_no <= floor(ranked.n_names * {{ var('spread_fraction') }}) then true
        when
            ranked.position_no
            > ranked.n_names - floor(ranked.n_names * {{ var('spread_fraction') }})
            then false
    end as is_long,
    ranked.entry_date,
    ranked.exit_date

from ranked
