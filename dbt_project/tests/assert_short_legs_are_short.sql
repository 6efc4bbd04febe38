{# A short leg holds negative weights and a long one positive; a long-only book is never short. #}
select
    desired_weights.strategy,
    desired_weights.symbol,
    desired_weights.as_of_date,
    desired_weights.desired_weight as weight

from {{ ref('desired_weights') }} as desired_weights

inner join {{ ref('strategies') }} as strategies
    on desired_weights.strategy = strategies.strategy

where
    case desired_weights.leg when 'long' then 1 else -1 end * desired_weights.desired_weight <= 0
    or (strategies.side = 'long_only' and desired_weights.leg = 'short')

union all

select
    positions.strategy,
    positions.symbol,
    positions.date as as_of_date,
    positions.opening_weight as weight

from {{ tested_rows(ref('positions'), 'date') }} as positions

inner join {{ ref('strategies') }} as strategies on positions.strategy = strategies.strategy

where strategies.side = 'long_only' and positions.opening_weight < 0
