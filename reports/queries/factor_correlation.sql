-- Correlation of the factors' daily long-short returns, with the span of those returns.
with

spans as (

    select
        factor_returns.asset_class,
        min(factor_returns.date) as first_date,
        max(factor_returns.date) as last_date

    from analysis.factor_returns as factor_returns

    group by factor_returns.asset_class

)

select
    factor_correlation.asset_class,
    factor_correlation.factor_a,
    factor_correlation.factor_b,
    factor_correlation.correlation,
    spans.first_date,
    spans.last_date

from analysis.factor_correlation as factor_correlation

inner join spans on factor_correlation.asset_class = spans.asset_class

order by
    factor_correlation.asset_class, factor_correlation.factor_a, factor_correlation.factor_b
