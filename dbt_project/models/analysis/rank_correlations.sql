{{ config(schema='construction') }}
{# How much alike the ranks of two factors are on each month end: their correlation over the #}
{# names that have both. Each pair once. #}
with

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

-- Among names that all tie it is no number.
pairs as (

    select
        ranks.as_of_date,
        ranks.series_no,
        other_ranks.series_no as other_series_no,
        corr(ranks.class_rank_pct, other_ranks.class_rank_pct) as rank_correlation

    from ranks

    inner join ranks as other_ranks
        on
            ranks.as_of_date = other_ranks.as_of_date
            and ranks.symbol = other_ranks.symbol
            and ranks.series_no <= other_ranks.series_no

    group by ranks.as_of_date, ranks.series_no, other_ranks.series_no

)

select
    pairs.as_of_date,
    series.asset_class,
    series.factor as factor_a,
    other_series.factor as factor_b,
    case when {{ is_finite('pairs.rank_correlation') }} then pairs.rank_correlation end
        as rank_correlation

from pairs

inner join series on pairs.series_no = series.series_no

inner join series as other_series on pairs.other_series_no = other_series.series_no
