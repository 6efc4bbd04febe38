{# What the scoring models learn: the rank of the one-month forward return in its cross-section #}
{# (date, asset class and country, as the factors are ranked), minus one half. #}
with

one_month as (

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
        {% for asset_class, sessions in var('sessions').items() %}
            (
                forward_returns.asset_class = '{{ asset_class }}'
                and forward_returns.horizon = {{ sessions.month }}
            )
            {% if not loop.last %}or{% endif %}
        {% endfor %}

),

counted as (

    select
        one_month.*,
        count(*) over (
            partition by one_month.as_of_date, one_month.asset_class, one_month.country
        ) as n_names

    from one_month

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
