{# Daily return of every portfolio, its names weighted by their caps at the close before; a name #}
{# whose venue is closed earns 0, a delisting counts. #}
with

-- Numbers join and group faster than names do.
portfolios as (

    select
        constituents.asset_class,
        constituents.sort,
        constituents.size_group,
        constituents.characteristic_group,
        row_number() over (
            order by
                constituents.asset_class,
                constituents.sort,
                constituents.size_group,
                constituents.characteristic_group
        ) as portfolio_no

    from {{ ref('fama_french_constituents') }} as constituents

    group by
        constituents.asset_class,
        constituents.sort,
        constituents.size_group,
        constituents.characteristic_group

),

days as (

    select
        calendar.date,
        {{ formation_no('calendar') }} as formation_no

    from {{ ref('fama_french_calendar') }} as calendar

),

members as (

    select
        {{ formation_no('constituents') }} as formation_no,
        constituents.symbol,
        constituents.held_to_date,
        portfolios.portfolio_no

    from {{ ref('fama_french_constituents') }} as constituents

    inner join portfolios
        on
            constituents.asset_class = portfolios.asset_class
            and constituents.sort = portfolios.sort
            and constituents.size_group = portfolios.size_group
            and constituents.characteristic_group = portfolios.characteristic_group

),

returned as (

    select
        holding_worths.as_of_date as date,
        holding_worths.symbol,
        holding_worths.worth / nullif(holding_worths.prior_worth, 0) - 1 as ret_1d,
        holding_worths.prior_market_cap_usd

    from {{ ref('holding_worths') }} as holding_worths

),

summed as (

    select
        returned.date,
        members.portfolio_no,
        sum(returned.prior_market_cap_usd * returned.ret_1d) as gain_usd,
        count(*) as n_names,
        sum(returned.prior_market_cap_usd) as prior_market_cap_usd

    from returned

    inner join days on returned.date = days.date

    inner join members
        on
            days.formation_no = members.formation_no
            and returned.symbol = members.symbol
            and returned.date <= members.held_to_date

    where returned.ret_1d is not null and returned.prior_market_cap_usd > 0

    group by returned.date, members.portfolio_no

)

select
    summed.date,
    portfolios.asset_class,
    portfolios.sort,
    portfolios.size_group,
    portfolios.characteristic_group,
    summed.gain_usd / nullif(summed.prior_market_cap_usd, 0) as return,
    summed.n_names,
    summed.prior_market_cap_usd

from summed

inner join portfolios on summed.portfolio_no = portfolios.portfolio_no
