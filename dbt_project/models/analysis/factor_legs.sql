{# Who is in which leg of each factor from a month end on: the top and the bottom 30 %, long what #}
{# the paper expects to win; and between which closes it is held. #}
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

ranked as (

    select
        factor_values.as_of_date,
        factor_values.symbol,
        factor_values.asset_class,
        factor_values.factor,
        row_number() over (
            partition by
                factor_values.as_of_date, factor_values.asset_class, factor_values.factor
            order by
                factor_registry.direction * (factor_values.rank_pct - 0.5) desc,
                factor_registry.direction * factor_values.raw_value desc,
                factor_values.symbol
        ) as position_no,
        count(*) over (
            partition by
                factor_values.as_of_date, factor_values.asset_class, factor_values.factor
        ) as n_names

    from {{ ref('factor_values') }} as factor_values

    inner join {{ ref('factor_registry') }} as factor_registry
        on
            factor_values.factor = factor_registry.factor
            and factor_values.asset_class = factor_registry.asset_class

    where factor_values.rank_pct is not null

),

chosen as (

    select
        ranked.*,
        ranked.position_no <= floor(ranked.n_names * {{ var('spread_fraction') }}) as is_long

    from ranked

    where
        ranked.position_no <= floor(ranked.n_names * {{ var('spread_fraction') }})
        or ranked.position_no
        > ranked.n_names - floor(ranked.n_names * {{ var('spread_fraction') }})

),

-- Bought at the close of the first session after the month end on which the name has a bar, sold
-- likewise after the next month end; one that trades no more is held until its delisting.
timed as (

    select
        chosen.as_of_date,
        chosen.symbol,
        chosen.asset_class,
        chosen.factor,
        chosen.is_long,
        formed.next_trade_date as entry_date,
        least(
            coalesce(left_over.next_trade_date, cast('9999-12-31' as date)),
            coalesce(formed.next_delisting_date, cast('9999-12-31' as date))
        ) as exit_date

    from chosen

    inner join {{ ref('assets') }} as assets on chosen.symbol = assets.symbol

    inner join month_ends
        on
            chosen.as_of_date = month_ends.as_of_date
            and chosen.asset_class = month_ends.asset_class
            and assets.venue = month_ends.venue

    inner join {{ ref('holding_worths') }} as formed
        on
            chosen.symbol = formed.symbol
            and month_ends.session_date = formed.as_of_date

    left join {{ ref('holding_worths') }} as left_over
        on
            chosen.symbol = left_over.symbol
            and month_ends.next_session_date = left_over.as_of_date

)

select * from timed
