-- Every factor's value before and after each step of the cross-section.
select
    factor_values.*,  -- noqa: AM04
    cast(year(factor_values.as_of_date) as integer) as year

from factors.factor_values as factor_values

order by factor_values.as_of_date, factor_values.factor, factor_values.symbol
