-- The strategies that have lost all they had, and on which day.
select
    summary.strategy,
    summary.ruin_date

from query_table(concat($books, '.summary')) as summary

where
    summary.ruin_date is not null
    and list_contains(cast($strategies as varchar[]), summary.strategy)

order by summary.strategy
