-- Sharpe ratio after costs of each strategy as its fund grows from 100,000 to 100 billion dollars,
-- by the square-root law of impact: mean over standard deviation of the daily excess return less
-- the impact that a fund of so many dollars pays, with the trades it made at its own size.
with

funds as (

    select power(10, 5 + steps.step / 8) as fund_usd

    from range(49) as steps (step)

),

impacted as (

    select
        impact_moments.strategy,
        impact_moments.periods_per_year,
        funds.fund_usd,
        impact_moments.mean_excess
        - impact_moments.mean_concave * power(funds.fund_usd, impact_moments.concave_power)
        - impact_moments.mean_full * funds.fund_usd as mean_left,
        impact_moments.var_excess
        + impact_moments.var_concave
        * power(funds.fund_usd, 2 * impact_moments.concave_power)
        + impact_moments.var_full * power(funds.fund_usd, 2)
        - 2
        * impact_moments.covar_excess_concave
        * power(funds.fund_usd, impact_moments.concave_power)
        - 2 * impact_moments.covar_excess_full * funds.fund_usd
        + 2
        * impact_moments.covar_concave_full
        * power(funds.fund_usd, 1 + impact_moments.concave_power) as variance_left

    from construction.impact_moments as impact_moments

    cross join funds

    where impact_moments.impact_law = 'square_root'

)

select
    strategies.asset_class,
    impacted.strategy,
    impacted.fund_usd,
    impacted.mean_left
    / nullif(sqrt(greatest(impacted.variance_left, 0)), 0)
    * sqrt(impacted.periods_per_year) as net_sharpe,
    capacity.aum_usd,
    capacity.net_sharpe as own_net_sharpe,
    capacity.capacity_usd,
    capacity.capacity_reason,
    capacity.sharpe_without_impact,
    capacity.mean_participation_at_capacity,
    summary.first_date,
    summary.last_date

from impacted

inner join performance.capacity as capacity
    on impacted.strategy = capacity.strategy and capacity.impact_law = 'square_root'

inner join performance.summary as summary on impacted.strategy = summary.strategy

inner join seeds.strategies as strategies on impacted.strategy = strategies.strategy

order by impacted.strategy, impacted.fund_usd
