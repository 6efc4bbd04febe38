with
currencies (currency, first_rate) as (values ('GBP', 1.5), ('EUR', 1.1)),

weekdays as (
    select
        cast(day as date) as rate_date,
        row_number() over (order by day) as day_no
    from generate_series(cast($first_day as date) - 10, $until, interval 1 day) as days (day)
    where isodow(day) < 6
),

walked as (
    select
        currencies.currency,
        currencies.first_rate,
        weekdays.rate_date,
        sum(cast(
            5e6 * bell(draw(hash(concat($seed, ' ', currencies.currency)), weekdays.day_no))
            as bigint
        )) over (partition by currencies.currency order by weekdays.day_no) as walked
    from currencies
    cross join weekdays
)

select
    currency,
    rate_date,
    round(first_rate * exp(cast(walked as double) * 1e-9), 6) as usd_per_unit
from walked
where rate_date > $since
