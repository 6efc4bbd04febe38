-- The variables that held in this build, of the newest backtest of each asset class, as JSON.
select
    strategies.asset_class,
    cast(trials.settings -> '$.variables' as varchar) as variables

from performance.trials as trials

inner join seeds.strategies as strategies on trials.strategy = strategies.strategy

where trials.sweep is null and strategies.asset_class <> 'both'

qualify
    row_number() over (
        partition by strategies.asset_class
        order by trials.last_load_id desc, trials.strategy asc
    ) = 1

order by strategies.asset_class desc
