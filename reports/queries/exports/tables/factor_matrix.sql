-- Every factor's rank, minus one half, directed; a column a factor.
select
    factor_matrix.*,  -- noqa: AM04
    cast(year(factor_matrix.as_of_date) as integer) as year

from factors.factor_matrix as factor_matrix

order by factor_matrix.as_of_date, factor_matrix.symbol
