-- Running sums of what a strategy's factors, what is specific to it, cash and its costs added to
-- its net return, at month ends and on the newest day, not compounded.
with

monthly as (

    select
        attribution.strategy,
        min(attribution.date) as first_date,
        max(attribution.date) as last_date,
        sum(attribution.contribution) as net,
        sum(case when attribution.source = 'specific' then attribution.contribution else 0 end)
            as specific,
        sum(case when attribution.source = 'risk_free' then attribution.contribution else 0 end)
            as cash,
        sum(
            case
                when attribution.source in ('cost', 'borrow') then attribution.contribution
                else 0
            end
        ) as cost

    from analysis.attribution as attribution

    group by attribution.strategy, last_day(attribution.date)

),

summed as (

    select
        monthly.strategy,
        monthly.last_date as date,
        min(monthly.first_date) over to_date as first_date,
        monthly.last_date,
        sum(monthly.net) over to_date as net,
        sum(monthly.specific) over to_date as specific,
        sum(monthly.net - monthly.specific - monthly.cash - monthly.cost) over to_date as factors,
        sum(monthly.cash) over to_date as cash,
        sum(monthly.cost) over to_date as cost

    from monthly

    window to_date as (
        partition by monthly.strategy
        order by monthly.last_date
        rows between unbounded preceding and current row
    )

)

select
    strategies.asset_class,
    summed.*

from summed

inner join seeds.strategies as strategies on summed.strategy = strategies.strategy

order by summed.strategy, summed.date
