-- How often the best of a group of strategies in half of its days was at or below their median in
-- the other half (pbo), and each group in words: one row per group, the largest first.
select
    concat(
        'books valued on ',
        replace(replace(overfitting.peer_group, '_', ' '), ' from ', ', from ')
    ) as peer_group,
    overfitting.n_strategies,
    overfitting.n_splits,
    overfitting.pbo,
    overfitting.loss_probability

from query_table(concat($books, '.overfitting')) as overfitting

order by overfitting.n_strategies desc, peer_group asc
