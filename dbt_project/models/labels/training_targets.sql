{# What the scoring models learn: the rank of the one-month forward return, minus one half. #}
with

one_month as (

    select * from {{ ref('forward_returns') }}

    where
        {% for asset_class, sessions in var('sessions').items() %}
        (asset_class = '{{ asset_class }}' and horizon = {{ sessions.month }})
        {%- if not loop.last %} or{% endif %}
        {% endfor %}

),

ranked as (

    select
        one_month.as_of_date,
        one_month.symbol,
        one_month.asset_class,
        one_month.fwd_ret,
        one_month.label_end_date,
        count(*) over (partition by one_month.as_of_date, one_month.asset_class) as n_names,
        {{ average_rank_pct(
            'by_return', 'count(*) over (partition by one_month.as_of_date, one_month.asset_class)'
        ) }}
        - 0.5 as target_rank

    from one_month

    window by_return as (
        partition by one_month.as_of_date, one_month.asset_class
        order by one_month.fwd_ret
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
