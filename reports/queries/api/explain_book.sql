-- How a decision was traded, name by name.
select *  -- noqa: AM04

from explain_book($as_of, $strategy)

order by all
