{{ config(schema='construction', materialized='view') }}
{# What each name of a leg is to weigh under the leg's limits. #}
select
    leg_levels.as_of_date,
    leg_levels.leg_no,
    leg_members.symbol,
    leg_members.sector,
    leg_members.score,
    leg_members.score_rank,
    leg_members.n_candidates,
    leg_members.raw_weight,
    least(leg_levels.max_weight, leg_members.raw_weight * leg_levels.level) as leg_weight,
    leg_levels.is_leg_underfilled

from {{ ref('leg_levels') }} as leg_levels

inner join {{ ref('leg_members') }} as leg_members
    on
        leg_levels.as_of_date = leg_members.as_of_date
        and leg_levels.members_no = leg_members.members_no

where not leg_levels.is_limited and leg_members.raw_weight > 0

union all

select
    limited_weights.as_of_date,
    limited_weights.leg_no,
    limited_weights.symbol,
    leg_members.sector,
    leg_members.score,
    leg_members.score_rank,
    leg_members.n_candidates,
    leg_members.raw_weight,
    limited_weights.leg_weight,
    limited_weights.is_leg_underfilled

from {{ ref('limited_weights') }} as limited_weights

inner join (
    select distinct
        strategy_legs.leg_no,
        strategy_legs.members_no

    from {{ ref('strategy_legs') }} as strategy_legs
) as legs
    on limited_weights.leg_no = legs.leg_no

inner join {{ ref('leg_members') }} as leg_members
    on
        limited_weights.as_of_date = leg_members.as_of_date
        and legs.members_no = leg_members.members_no
        and limited_weights.symbol = leg_members.symbol
