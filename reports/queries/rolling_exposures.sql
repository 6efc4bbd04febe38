-- Slopes of each strategy's excess return on the factor portfolios over the year up to each month
-- end, where the year has a regression.
select
    strategies.asset_class,
    rolling_exposures.strategy,
    rolling_exposures.date,
    rolling_exposures.factor,
    rolling_exposures.beta,
    rolling_exposures.alpha_ann,
    rolling_exposures.n_days

from analysis.rolling_exposures as rolling_exposures

inner join seeds.strategies as strategies on rolling_exposures.strategy = strategies.strategy

where rolling_exposures.beta is not null

order by rolling_exposures.strategy, rolling_exposures.date, rolling_exposures.factor
