-- The names a strategy wanted on a day, largest weight first.
select
    desired_weights.symbol,
    assets.name,
    desired_weights.desired_weight

from construction.desired_weights as desired_weights

inner join prepared.assets as assets on desired_weights.symbol = assets.symbol

where
    desired_weights.strategy = $strategy
    and desired_weights.as_of_date = cast($day as date)

order by abs(desired_weights.desired_weight) desc, desired_weights.symbol asc
