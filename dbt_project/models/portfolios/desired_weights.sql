{{ config(schema='construction') }}
{# What each strategy wants to hold, a fraction of NAV after cost: each leg's weights, capped. #}
{# Water-filling per leg: w = min(cap, L x raw) with L such that the leg sums to its gross. Names #}
{# below the minimum weight are dropped together and the rest solved again. A leg with too few #}
{# names holds each at the cap, the rest is cash, and the row says so. #}
with

leg_members as (

    select * from {{ ref('leg_members') }}

),

{% for this, before in [('first', 'leg_members'), ('second', 'first_kept')] %}

    -- The level, were all larger names at the cap and the name itself and all smaller ones not.
    {{ this }}_levels as (

        select
            {{ before }}.*,
            (
                {{ before }}.leg_gross
                - (row_number() over leg_by_weight - 1) * {{ before }}.max_weight
            )
            / sum({{ before }}.raw_weight) over (
                leg_by_weight rows between current row and unbounded following
            ) as {{ this }}_level

        from {{ before }}

        where {{ before }}.raw_weight > 0

        window leg_by_weight as (
            partition by
                {{ before }}.as_of_date,
                {{ before }}.strategy,
                {{ before }}.asset_class,
                {{ before }}.leg
            order by {{ before }}.raw_weight desc, {{ before }}.symbol
        )

    ),

    -- From the largest name down, levels rise up to the first that leaves its own name below the
    -- cap, and fall from there on: the highest is the leg's.
    {{ this }}_solved as (

        select
            {{ this }}_levels.*,
            least(
                {{ this }}_levels.max_weight,
                {{ this }}_levels.raw_weight
                * max({{ this }}_levels.{{ this }}_level) over whole_leg
            ) as {{ this }}_weight

        from {{ this }}_levels

        window whole_leg as (
            partition by
                {{ this }}_levels.as_of_date,
                {{ this }}_levels.strategy,
                {{ this }}_levels.asset_class,
                {{ this }}_levels.leg
        )

    ),

    {{ this }}_kept as (

        select * from {{ this }}_solved

        where {{ this }}_solved.{{ this }}_weight >= {{ this }}_solved.min_weight * (1 - 1e-12)

    ),

{% endfor %}

-- The leg's weights fall short of its gross by more than rounding: too few names for the cap.
signed as (

    select
        second_kept.as_of_date,
        second_kept.strategy,
        second_kept.symbol,
        second_kept.asset_class,
        second_kept.leg,
        second_kept.score,
        second_kept.score_rank,
        second_kept.n_candidates,
        second_kept.is_scheduled,
        second_kept.calendar,
        second_kept.raw_weight,
        second_kept.leg_gross,
        case second_kept.leg when 'long' then 1 else -1 end * second_kept.second_weight
            as desired_weight,
        sum(second_kept.second_weight) over whole_leg < second_kept.leg_gross - 1e-9
            as is_leg_underfilled

    from second_kept

    window
        whole_leg as (
            partition by
                second_kept.as_of_date,
                second_kept.strategy,
                second_kept.asset_class,
                second_kept.leg
        )

)

select * from signed
