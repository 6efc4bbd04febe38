{# What the cross-sectional regressions explain: the return over the week after each week #}
{# end, so that one label ends about where the next begins; over the month where no week ends #}
{# are built. #}
{% set is_weekly = 'week_ends' in var('factor_dates') %}
with

periods as (

    select distinct
        factor_dates.as_of_date,
        factor_dates.asset_class

    from {{ ref('factor_dates') }} as factor_dates

    where factor_dates.{{ 'is_week_end' if is_weekly else 'is_month_end' }}

)

select
    forward_returns.as_of_date,
    forward_returns.symbol,
    forward_returns.asset_class,
    forward_returns.horizon,
    forward_returns.label_end_date,
    forward_returns.fwd_ret

from {{ ref('forward_returns') }} as forward_returns

inner join periods
    on
        forward_returns.as_of_date = periods.as_of_date
        and forward_returns.asset_class = periods.asset_class

where
    {% for asset_class, sessions in var('sessions').items() %}
        (
            forward_returns.asset_class = '{{ asset_class }}'
            and forward_returns.horizon = {{ sessions.week if is_weekly else sessions.month }}
        )
        {% if not loop.last %}or{% endif %}
    {% endfor %}
