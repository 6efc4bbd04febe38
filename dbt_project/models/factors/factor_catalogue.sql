{# The registry of factors beside what there is of each: how many of the names that could be #}
{# ranked have it, year by year. One without any value shows all the same, with coverage 0. #}
with

class_dates as (

    select
        members.as_of_date,
        members.asset_class,
        count(*) as n_members

    from {{ ref('cross_section_members') }} as members

    group by members.as_of_date, members.asset_class

),

class_years as (

    select
        class_dates.asset_class,
        cast(extract(year from class_dates.as_of_date) as integer) as year,
        count(*) as n_dates,
        cast(sum(class_dates.n_members) as double) as n_members

    from class_dates

    group by all

),

factor_years as (

    select
        factor_values.asset_class,
        factor_values.factor,
        cast(extract(year from factor_values.as_of_date) as integer) as year,
        count(*) as n_values,
        count(factor_values.rank_pct) as n_ranks,
        min(factor_values.as_of_date) as first_date,
        max(factor_values.as_of_date) as last_date

    from {{ ref('factor_values') }} as factor_values

    group by all

),

-- A row of a year is final when the year is over: earlier it would know the rest of it.
catalogue as (

    select
        factor_registry.factor,
        factor_registry.asset_class,
        class_years.year,
        cast(concat(class_years.year, '-12-31') as date) as known_on_date,
        factor_registry.family,
        factor_registry.direction,
        factor_registry.neutralize,
        factor_registry.unit,
        factor_registry.needs,
        factor_registry.paper,
        factor_registry.published_year,
        factor_registry.min_history_sessions,
        class_years.n_dates,
        class_years.n_members / class_years.n_dates as mean_members,
        coalesce(factor_years.n_values, 0) / cast(class_years.n_dates as double) as mean_values,
        coalesce(factor_years.n_ranks, 0) / cast(class_years.n_dates as double) as mean_ranks,
        coalesce(factor_years.n_values, 0) / class_years.n_members as coverage_share,
        factor_years.first_date,
        factor_years.last_date

    from {{ ref('factor_registry') }} as factor_registry

    inner join class_years on factor_registry.asset_class = class_years.asset_class

    left join factor_years
        on
            factor_registry.factor = factor_years.factor
            and factor_registry.asset_class = factor_years.asset_class
            and class_years.year = factor_years.year

)

select * from catalogue
