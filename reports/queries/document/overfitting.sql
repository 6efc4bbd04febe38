-- How often the best of a group of strategies in half of its days was no better in the other half.
select peer_groups.*  -- noqa: AM04

from query.overfitting_groups as peer_groups

order by peer_groups.n_strategies desc, peer_groups.peer_group asc

limit 10
