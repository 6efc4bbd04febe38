-- Direction x (rank - 0.5) of every factor, one column each.
select
    factor_matrix.as_of_date as date,
    factor_matrix.symbol as ticker,
    factor_matrix.asset_class,
    factor_matrix.* exclude (  -- noqa: AM04
        factor_matrix.as_of_date, factor_matrix.symbol, factor_matrix.asset_class
    )

from factors.factor_matrix as factor_matrix

order by factor_matrix.as_of_date, factor_matrix.symbol
