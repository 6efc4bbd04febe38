{# Daily metrics as known: the value of day D counts from D + 1, unless it says otherwise. #}
select
    stg_fundamentals.symbol,
    stg_fundamentals.known_on_date as as_of_date,
    {% for metric in ['market_cap', 'active_addresses', 'adjusted_transfer_value'] %}
        max(
            case when stg_fundamentals.metric = '{{ metric }}' then stg_fundamentals.value end
        ) as {{ metric }}{% if not loop.last %},{% endif %}
    {% endfor %}

from (
    select *

    from {{ ref('stg_raw__fundamentals') }}

    where
        frequency = 'day'
        and value >= 0
        and {{ is_finite('value') }}

    qualify
        row_number() over (
            partition by symbol, metric, known_on_date
            order by period_end_date desc
        ) = 1
) as stg_fundamentals

group by all
