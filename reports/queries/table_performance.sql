-- Each strategy in one row, net of costs.
select summary.*  -- noqa: AM04

from performance.summary as summary

order by summary.strategy
