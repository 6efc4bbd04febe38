{# What the scoring models learn: the rank of the forward return over the training horizon in its #}
{# cross-section (date, asset class and country, as the factors are ranked), minus one half. #}
with

labels as (

    select
        forward_returns.as_of_date,
        forward_returns.symbol,
        forward_returns.asset_class,
        forward_returns.fwd_ret,
        forward_returns.label_end_date,
        coalesce(members.country, '') as country

    from {{ ref('forward_returns') }} as forward_returns

    inner join {{ ref('cross_section_members') }} as members
        on
            forward_returns.as_of_date = members.as_of_date
            and forward_returns.symbol = members.symbol

    where
        forward_returns.horizon
        = {{ by_asset_class(var('walk_forward').horizon, 'forward_returns.asset_class') }}

),

counted as (

    select
        labels.*,
        count(*) over (
            partition by labels.as_of_date, labels.asset_class, labels.country
        ) as n_names

    from labels

),

ranked as (

    select
        counted.as_of_date,
        counted.symbol,
        counted.asset_class,
        counted.fwd_ret,
        counted.label_end_date,
        counted.n_names,
        {{ average_rank_pct('by_return', 'counted.n_names') }} - 0.5 as target_rank

    from counted

    window by_return as (
        partition by counted.as_of_date, counted.asset_class, counted.country
        order by counted.fwd_ret
    )

)

select
    ranked.as_of_date,
    ranked.symbol,
    ranked.asset_class,
    ranked.fwd_ret,
    ranked.label_end_date,
    ranked.target_rank

from ranked

where ranked.n_names >= {{ var('min_names') }}
