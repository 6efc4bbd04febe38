-- How often the best of a group of strategies in half of its days was no better in the other half.
select
    concat(
        'books valued on ',
        replace(replace(overfitting.peer_group, '_', ' '), ' from ', ', from ')
    ) as peer_group,
    overfitting.n_strategies,
    overfitting.n_splits,
    overfitting.pbo,
    overfitting.loss_probability

from performance.overfitting as overfitting

order by overfitting.n_strategies desc, overfitting.peer_group asc

limit 10
