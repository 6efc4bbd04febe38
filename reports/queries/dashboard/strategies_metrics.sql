-- Metrics of strategies over a range of days, defined as performance.summary's of all days.
select metrics.*  -- noqa: AM04

from
    metrics_between(
        cast($strategies as varchar[]), $first_date, $last_date, series := $series, books := $books
    ) as metrics

order by metrics.strategy
