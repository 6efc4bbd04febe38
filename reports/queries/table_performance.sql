-- Each strategy in one row, net of costs.
select summary.*

from performance.summary as summary

order by summary.strategy
