-- How many of today's signals the filters leave, and what they trade: one row. Turnover is half the
-- sum of the absolute trades, a fraction of the book's value, averaged over the strategies.
select
    count(*) as n_rows,
    count(distinct selected.strategy) as n_strategies,
    count(*) filter (where selected.signal = 'buy') as n_buys,
    count(*) filter (where selected.signal = 'sell') as n_sells,
    count(*) filter (where selected.signal = 'hold') as n_holds,
    sum(abs(selected.trade_weight)) / 2 / nullif(count(distinct selected.strategy), 0)
        as turnover,
    count(*) filter (where not selected.has_bar_today) as n_without_bar,
    coalesce(bool_or(not selected.is_scheduled), false) as has_waiting_books,
    min(selected.as_of_date) as first_as_of_date,
    max(selected.as_of_date) as last_as_of_date

from query.signals_selected as selected
