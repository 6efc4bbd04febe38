{{ config(schema='construction') }}
{# Every delisting, and from when on it is the next one of its name. #}
select
    prices_daily.symbol,
    coalesce(
        lag(prices_daily.as_of_date) over (
            partition by prices_daily.symbol
            order by prices_daily.as_of_date
        ),
        cast('0001-01-01' as date)
    ) as from_date,
    prices_daily.as_of_date as delisting_date

from {{ ref('prices_daily') }} as prices_daily

where prices_daily.is_delisted
