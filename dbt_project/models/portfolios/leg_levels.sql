{{ config(schema='construction') }}
{# Water-filling under the highest weight alone: w = min(cap, L x raw) with the level L such that #}
{# the leg sums to its gross. It minimizes the sum of (w - raw)^2 / raw. Where that breaks a #}
{# sector's cap or the least weight, the leg is solved again under all limits (limited_weights). #}
with

legs as (

    select distinct
        strategy_legs.leg_no,
        strategy_legs.members_no,
        strategy_legs.leg_gross,
        strategy_legs.max_weight,
        strategy_legs.min_weight,
        strategy_legs.sector_cap

    from {{ ref('strategy_legs') }} as strategy_legs

),

members as (

    select
        leg_members.as_of_date,
        leg_members.members_no,
        leg_members.sector,
        leg_members.raw_weight

    from {{ ref('leg_members') }} as leg_members

    where leg_members.raw_weight > 0

),

sums as (

    select
        members.as_of_date,
        members.members_no,
        count(*) as n_names,
        sum(members.raw_weight) as sum_raw,
        max(members.raw_weight) as largest_raw

    from members

    group by members.as_of_date, members.members_no

),

in_proportion as (

    select
        sums.as_of_date,
        legs.*,
        legs.leg_gross / sums.sum_raw as level,
        sums.n_names * legs.max_weight < legs.leg_gross - 1e-9 as is_leg_underfilled,
        sums.largest_raw * legs.leg_gross > legs.max_weight * sums.sum_raw as is_capped

    from legs

    inner join sums on legs.members_no = sums.members_no

),

-- Where a name stands above the cap, from the largest down: the level, were all larger names at
-- the cap and the name itself and all smaller ones not. These levels rise up to the first that
-- leaves its own name below the cap, and fall from there on: the highest is the leg's.
capped as (

    select
        levels.as_of_date,
        levels.leg_no,
        max(levels.level) as level

    from (
        select
            in_proportion.as_of_date,
            in_proportion.leg_no,
            (
                in_proportion.leg_gross
                - (row_number() over leg_by_weight - 1) * in_proportion.max_weight
            )
            / sum(members.raw_weight) over from_here_down as level

        from in_proportion

        inner join members
            on
                in_proportion.as_of_date = members.as_of_date
                and in_proportion.members_no = members.members_no

        where in_proportion.is_capped

        window
            leg_by_weight as (
                partition by in_proportion.as_of_date, in_proportion.leg_no
                order by members.raw_weight desc
            ),
            from_here_down as (
                partition by in_proportion.as_of_date, in_proportion.leg_no
                order by members.raw_weight desc
                rows between current row and unbounded following
            )
    ) as levels

    group by levels.as_of_date, levels.leg_no

),

solved as (

    select
        in_proportion.as_of_date,
        in_proportion.leg_no,
        in_proportion.members_no,
        in_proportion.leg_gross,
        in_proportion.max_weight,
        in_proportion.min_weight,
        in_proportion.sector_cap,
        coalesce(capped.level, in_proportion.level) as level,
        in_proportion.is_leg_underfilled

    from in_proportion

    left join capped
        on
            in_proportion.is_capped
            and in_proportion.as_of_date = capped.as_of_date
            and in_proportion.leg_no = capped.leg_no

),

broken as (

    select distinct
        sectors.as_of_date,
        sectors.leg_no

    from (
        select
            solved.as_of_date,
            solved.leg_no,
            members.sector is not null
            and sum(least(solved.max_weight, members.raw_weight * solved.level))
            > max(solved.sector_cap) as is_above_sector_cap,
            min(least(solved.max_weight, members.raw_weight * solved.level))
            < max(solved.min_weight) * (1 - 1e-12) as is_below_min_weight

        from solved

        inner join members
            on
                solved.as_of_date = members.as_of_date
                and solved.members_no = members.members_no

        where solved.min_weight > 0 or solved.sector_cap is not null

        group by solved.as_of_date, solved.leg_no, members.sector
    ) as sectors

    where sectors.is_above_sector_cap or sectors.is_below_min_weight

)

select
    solved.*,
    broken.leg_no is not null as is_limited

from solved

left join broken
    on
        solved.as_of_date = broken.as_of_date
        and solved.leg_no = broken.leg_no
