-- Factors of both classes: the premium in equities beside that in crypto, their difference and how
-- their weekly returns move together.
select
    equity_against_crypto.factor,
    equity_against_crypto.family,
    equity_against_crypto.equity_mean_ann,
    equity_against_crypto.equity_t_stat,
    equity_against_crypto.crypto_mean_ann,
    equity_against_crypto.crypto_t_stat,
    equity_against_crypto.difference_ann,
    equity_against_crypto.p_value_difference,
    equity_against_crypto.weekly_correlation,
    equity_against_crypto.correlation_lower,
    equity_against_crypto.correlation_upper,
    equity_against_crypto.n_weeks

from analysis.equity_against_crypto as equity_against_crypto

where list_contains(cast($factors as varchar[]), equity_against_crypto.factor)

order by equity_against_crypto.family, equity_against_crypto.factor
