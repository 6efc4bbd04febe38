{# Daily metrics as known, money in US dollars at the exchange rate of the day they became known: #}
{# the value of day D counts from D + 1, unless it says otherwise. #}
with

daily as (

    select
        stg_fundamentals.symbol,
        stg_fundamentals.metric,
        stg_fundamentals.period_end_date,
        stg_fundamentals.known_on_date,
        stg_fundamentals.value
        * case
            when coalesce(stg_fundamentals.currency, 'USD') = 'USD' then 1
            else fx_daily.usd_per_unit
        end as value_usd

    from {{ ref('stg_raw__fundamentals') }} as stg_fundamentals

    left join {{ ref('fx_daily') }} as fx_daily
        on
            stg_fundamentals.currency = fx_daily.currency
            and stg_fundamentals.known_on_date = fx_daily.rate_date

    where stg_fundamentals.frequency = 'day'

),

newest as (

    select *

    from daily

    where value_usd >= 0 and {{ is_finite('value_usd') }}

    qualify
        row_number() over (
            partition by symbol, metric, known_on_date
            order by period_end_date desc
        ) = 1

)

select
    newest.symbol,
    newest.known_on_date as as_of_date,
    {% for metric in ['market_cap', 'active_addresses', 'adjusted_transfer_value'] %}
        max(case when newest.metric = '{{ metric }}' then newest.value_usd end)
            as {{ metric }}{% if not loop.last %},{% endif %}
    {% endfor %}

from newest

group by newest.symbol, newest.known_on_date
