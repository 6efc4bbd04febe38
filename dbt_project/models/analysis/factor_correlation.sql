{# How much alike two factors are: the correlation of their daily long-short returns over the #}
{# days that both have, and of their ranks over the names that have both, averaged over the #}
{# month ends. Each pair is computed once and shown both ways round. #}
with

return_pairs as (

    select
        factor_returns.asset_class,
        factor_returns.factor as factor_a,
        other_returns.factor as factor_b,
        case
            when
                stddev_pop(factor_returns.long_short_return) > 0
                and stddev_pop(other_returns.long_short_return) > 0
                then corr(factor_returns.long_short_return, other_returns.long_short_return)
        end as correlation,
        count(*) as n_days

    from {{ ref('factor_returns') }} as factor_returns

    inner join {{ ref('factor_returns') }} as other_returns
        on
            factor_returns.date = other_returns.date
            and factor_returns.asset_class = other_returns.asset_class
            and factor_returns.factor <= other_returns.factor

    group by factor_returns.asset_class, factor_returns.factor, other_returns.factor

),

rank_pairs as (

    select
        rank_correlations.asset_class,
        rank_correlations.factor_a,
        rank_correlations.factor_b,
        avg(rank_correlations.rank_correlation) as rank_correlation,
        count(rank_correlations.rank_correlation) as n_dates

    from {{ ref('rank_correlations') }} as rank_correlations

    group by
        rank_correlations.asset_class, rank_correlations.factor_a, rank_correlations.factor_b

),

pairs as (

    select
        return_pairs.*,
        rank_pairs.rank_correlation,
        rank_pairs.n_dates

    from return_pairs

    left join rank_pairs
        on
            return_pairs.asset_class = rank_pairs.asset_class
            and return_pairs.factor_a = rank_pairs.factor_a
            and return_pairs.factor_b = rank_pairs.factor_b

)

select * from pairs

union all

select
    pairs.asset_class,
    pairs.factor_b as factor_a,
    pairs.factor_a as factor_b,
    pairs.correlation,
    pairs.n_days,
    pairs.rank_correlation,
    pairs.n_dates

from pairs

where pairs.factor_a <> pairs.factor_b
