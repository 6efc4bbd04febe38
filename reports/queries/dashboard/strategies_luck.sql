-- How likely the best of each group is to be at or below the median on other days (pbo).
select
    peer_groups.peer_group,
    peer_groups.n_strategies,
    peer_groups.pbo

from query.overfitting_groups as peer_groups

order by peer_groups.peer_group
