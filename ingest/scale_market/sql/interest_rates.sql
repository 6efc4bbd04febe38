-- From 0.5 to 4.5 % in waves of some seven years.
select
    'USD' as currency,
    cast(day as date) as rate_date,
    round(0.025 + 0.02 * sin(2 * pi() * (cast(day as date) - date '2000-01-03') / 2500), 4)
        as yield_ann,
    'effective_annual' as quote_convention
from generate_series(cast($first_day as date) - 10, $until, interval 1 day) as days (day)
where isodow(day) < 6 and cast(day as date) > $since
