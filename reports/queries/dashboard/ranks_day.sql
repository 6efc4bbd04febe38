-- The earlier of the classes' newest days with ranks: rows before it need not be read.
with

newest as (

    select max(factor_dates.as_of_date) as as_of_date

    from factors.factor_dates as factor_dates

    group by factor_dates.asset_class

)

select min(newest.as_of_date) as day

from newest
