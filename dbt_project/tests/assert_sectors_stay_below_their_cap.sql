{# No sector of a leg sums to more than the strategy's sector_cap; 1e-12. #}
select
    desired_weights.as_of_date,
    desired_weights.strategy,
    desired_weights.asset_class,
    desired_weights.leg,
    desired_weights.sector,
    strategies.sector_cap,
    sum(abs(desired_weights.desired_weight)) as sector_weight

from {{ ref('desired_weights') }} as desired_weights

inner join {{ ref('strategies') }} as strategies
    on
        desired_weights.strategy = strategies.strategy
        and strategies.sector_cap is not null

where desired_weights.sector is not null

group by all

having sum(abs(desired_weights.desired_weight)) > strategies.sector_cap + 1e-12
