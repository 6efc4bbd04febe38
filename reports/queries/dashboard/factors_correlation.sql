-- Correlation of the daily long-short returns, and of the ranks, of pairs of factors of one class.
select
    factor_correlation.factor_a,
    factor_correlation.factor_b,
    factor_correlation.correlation,
    factor_correlation.rank_correlation,
    factor_correlation.n_days

from analysis.factor_correlation as factor_correlation

where
    factor_correlation.asset_class = $asset_class
    and list_contains(cast($factors as varchar[]), factor_correlation.factor_a)
    and list_contains(cast($factors as varchar[]), factor_correlation.factor_b)

order by factor_correlation.factor_a, factor_correlation.factor_b
