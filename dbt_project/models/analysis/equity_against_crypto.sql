{# Do the factors of both classes carry over? Each one's premium in equities beside that in #}
{# crypto, the difference against the errors of both, as of samples independent of each other, #}
{# and how the two returns move together from week to week. #}
with

in_both as (

    select
        factor_registry.factor,
        factor_registry.family

    from {{ ref('factor_registry') }} as factor_registry

    where factor_registry.asset_class in ('equity', 'crypto')

    group by factor_registry.factor, factor_registry.family

    having count(distinct factor_registry.asset_class) = 2

),

premia as (

    select
        mean_tests.asset_class,
        mean_tests.series as factor,
        mean_tests.mean * mean_tests.periods_per_year as mean_ann,
        abs(mean_tests.mean * mean_tests.periods_per_year / nullif(mean_tests.t_stat, 0))
            as standard_error_ann,
        mean_tests.t_stat,
        mean_tests.p_value,
        mean_tests.n_periods

    from {{ ref('mean_tests') }} as mean_tests

    where
        mean_tests.kind = 'premium'
        and mean_tests.sample = 'whole'

),

side_by_side as (

    select
        in_both.factor,
        in_both.family,
        equity_premia.mean_ann as equity_mean_ann,
        equity_premia.t_stat as equity_t_stat,
        equity_premia.p_value as equity_p_value,
        equity_premia.n_periods as equity_n_periods,
        crypto_premia.mean_ann as crypto_mean_ann,
        crypto_premia.t_stat as crypto_t_stat,
        crypto_premia.p_value as crypto_p_value,
        crypto_premia.n_periods as crypto_n_periods,
        sign(equity_premia.mean_ann) = sign(crypto_premia.mean_ann) as is_same_sign,
        equity_premia.mean_ann - crypto_premia.mean_ann as difference_ann,
        (equity_premia.mean_ann - crypto_premia.mean_ann)
        / nullif(
            sqrt(
                power(equity_premia.standard_error_ann, 2)
                + power(crypto_premia.standard_error_ann, 2)
            ),
            0
        ) as z_difference,
        cross_class_correlation.weekly_correlation,
        cross_class_correlation.correlation_lower,
        cross_class_correlation.correlation_upper,
        cross_class_correlation.n_weeks

    from in_both

    left join premia as equity_premia
        on
            in_both.factor = equity_premia.factor
            and equity_premia.asset_class = 'equity'

    left join premia as crypto_premia
        on
            in_both.factor = crypto_premia.factor
            and crypto_premia.asset_class = 'crypto'

    left join {{ ref('cross_class_correlation') }} as cross_class_correlation
        on
            in_both.factor = cross_class_correlation.equity_factor
            and in_both.factor = cross_class_correlation.crypto_factor

),

with_quantile as (

    select
        side_by_side.*,
        -abs(side_by_side.z_difference) as normal_quantile

    from side_by_side

)

select
    with_quantile.factor,
    with_quantile.family,
    with_quantile.equity_mean_ann,
    with_quantile.equity_t_stat,
    with_quantile.equity_p_value,
    with_quantile.equity_n_periods,
    with_quantile.crypto_mean_ann,
    with_quantile.crypto_t_stat,
    with_quantile.crypto_p_value,
    with_quantile.crypto_n_periods,
    with_quantile.is_same_sign,
    with_quantile.difference_ann,
    with_quantile.z_difference,
    2 * ({{ normal_cdf('with_quantile.normal_quantile') }}) as p_value_difference,
    with_quantile.weekly_correlation,
    with_quantile.correlation_lower,
    with_quantile.correlation_upper,
    with_quantile.n_weeks

from with_quantile
