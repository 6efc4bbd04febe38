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

-- Numbers join and group faster than names do.
series as (

    select
        factor_legs.factor,
        factor_legs.asset_class,
        row_number() over (order by factor_legs.asset_class, factor_legs.factor) as series_no

    from {{ ref('factor_legs') }} as factor_legs

    group by factor_legs.factor, factor_legs.asset_class

),

ranks as (

    select
        factor_legs.as_of_date,
        factor_legs.symbol,
        series.series_no,
        factor_legs.class_rank_pct

    from {{ ref('factor_legs') }} as factor_legs

    inner join series
        on
            factor_legs.factor = series.factor
            and factor_legs.asset_class = series.asset_class

),

rank_pairs_by_date as (

    select
        ranks.as_of_date,
        ranks.series_no,
        other_ranks.series_no as other_series_no,
        case
            when stddev_pop(ranks.class_rank_pct) > 0 and stddev_pop(other_ranks.class_rank_pct) > 0
                then corr(ranks.class_rank_pct, other_ranks.class_rank_pct)
        end as rank_correlation

    from ranks

    inner join ranks as other_ranks
        on
            ranks.as_of_date = other_ranks.as_of_date
            and ranks.symbol = other_ranks.symbol
            and ranks.series_no <= other_ranks.series_no

    group by ranks.as_of_date, ranks.series_no, other_ranks.series_no

),

rank_pairs as (

    select
        series.asset_class,
        series.factor as factor_a,
        other_series.factor as factor_b,
        avg(rank_pairs_by_date.rank_correlation) as rank_correlation,
        count(rank_pairs_by_date.rank_correlation) as n_dates

    from rank_pairs_by_date

    inner join series on rank_pairs_by_date.series_no = series.series_no

    inner join series as other_series
        on rank_pairs_by_date.other_series_no = other_series.series_no

    group by series.asset_class, series.factor, other_series.factor

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
