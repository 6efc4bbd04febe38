-- How often the best of a sweep's strategies is no better than the median in days not looked at.
select
    overfitting.peer_group,
    overfitting.n_strategies,
    overfitting.n_splits,
    overfitting.pbo,
    overfitting.loss_probability

from sweep_performance.overfitting as overfitting

order by overfitting.peer_group
