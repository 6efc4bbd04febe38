-- The days on which a strategy decided, newest first.
select distinct desired_weights.as_of_date

from construction.desired_weights as desired_weights

where desired_weights.strategy = $strategy

order by desired_weights.as_of_date desc
