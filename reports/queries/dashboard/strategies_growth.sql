-- What 1 at the start of the range became, and how far below its highest it was: one row per
-- strategy and bucket of days, the growth at its end and the deepest drawdown within it.
select
    days.strategy,
    max(days.date) as date,
    max_by(days.growth, days.date) as growth,
    min(days.drawdown) as drawdown

from
    growth_between(
        cast($strategies as varchar[]), $first_date, $last_date, series := $series, books := $books
    ) as days

group by days.strategy, date_trunc($bucket, days.date)

order by days.strategy, date
