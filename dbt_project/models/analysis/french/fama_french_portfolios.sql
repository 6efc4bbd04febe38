{{ config(pre_hook="{{ joins_as_written() }}", post_hook="{{ joins_as_planned() }}") }}
{# Daily return of every portfolio, its names weighted by their caps at the close before; a name #}
{# whose venue is closed earns 0, a delisting counts. #}
with

-- Numbers join and group faster than names do.
portfolios as (

    select
        sorts.asset_class,
        sorts.sort,
        size_groups.size_group,
        characteristic_groups.characteristic_group,
        row_number() over (
            order by
                sorts.asset_class,
                sorts.sort,
                size_groups.size_group,
                characteristic_groups.characteristic_group
        ) as portfolio_no

    from {{ ref('fama_french_sorts') }} as sorts

    cross join (values ('small'), ('big'), ('all')) as size_groups (size_group)

    cross join (
        values ('low'), ('medium'), ('high'), ('all')
    ) as characteristic_groups (characteristic_group)

),

days as (

    select
        calendar.date,
        {{ formation_no('calendar') }} as formation_no

    from {{ ref('fama_french_calendar') }} as calendar

    where calendar.formation_frequency <> 'day'

),

members as {{ inlined() }} (

    select
        {{ formation_no('constituents') }} as formation_no,
        constituents.formation_frequency,
        constituents.symbol,
        constituents.held_from_date,
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

returned as {{ inlined() }} (

    select
        holding_worths.as_of_date as date,
        holding_worths.symbol,
        holding_worths.worth / nullif(holding_worths.prior_worth, 0) - 1 as ret_1d,
        holding_worths.prior_market_cap_usd

    from {{ ref('holding_worths') }} as holding_worths

    where
        holding_worths.as_of_date >= {{ first_renewed_day() }}
        and holding_worths.worth / nullif(holding_worths.prior_worth, 0) is not null
        and holding_worths.prior_market_cap_usd > 0

),

-- What is formed each day is held on the next alone: a day looks up nothing else for it. The case
-- is always true; it has days meet returns before names do.
held as (

    select
        returned.date,
        members.portfolio_no,
        returned.prior_market_cap_usd,
        returned.ret_1d

    from members

    inner join returned
        on
            members.symbol = returned.symbol
            and members.held_from_date = returned.date

    where members.formation_frequency = 'day'

    union all

    select
        returned.date,
        members.portfolio_no,
        returned.prior_market_cap_usd,
        returned.ret_1d

    from returned

    inner join days on returned.date = days.date

    inner join members
        on
            case when returned.date = days.date then days.formation_no end = members.formation_no
            and returned.symbol = members.symbol
            and returned.date <= members.held_to_date

    where members.formation_frequency <> 'day'

),

summed as (

    select
        held.date,
        held.portfolio_no,
        sum(held.prior_market_cap_usd * held.ret_1d) as gain_usd,
        count(*) as n_names,
        sum(held.prior_market_cap_usd) as prior_market_cap_usd

    from held

    group by held.date, held.portfolio_no

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
