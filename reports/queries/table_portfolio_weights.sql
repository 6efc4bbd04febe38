-- What each strategy means to hold after the trade of trade_date.
select
    target_weights.as_of_date as date,
    target_weights.symbol as ticker,
    target_weights.target_weight,
    target_weights.strategy,
    target_weights.trade_date

from portfolios.target_weights as target_weights

order by target_weights.as_of_date, target_weights.strategy, target_weights.symbol
