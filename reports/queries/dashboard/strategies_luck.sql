-- How likely the best of each group is to be at or below the median on other days (pbo).
select
    overfitting.peer_group,
    overfitting.n_strategies,
    overfitting.pbo

from performance.overfitting as overfitting

order by overfitting.peer_group
