-- Share of the names that could be ranked that have each factor, by year.
select
    factor_catalogue.asset_class,
    factor_catalogue.factor,
    factor_catalogue.year,
    factor_catalogue.coverage_share,
    factor_catalogue.first_date,
    factor_catalogue.last_date

from factors.factor_catalogue as factor_catalogue

where factor_catalogue.coverage_share is not null

order by factor_catalogue.asset_class desc, factor_catalogue.factor asc, factor_catalogue.year asc
