{{ config(schema='construction') }}
{# What each name of a leg is to weigh: water-filling, w = min(own cap, L x raw) with the level L #}
{# such that the leg sums to its gross. The own cap is the highest weight or, in a sector that #}
{# would stand above its cap, the weight at the level L_s that fills the sector. It minimizes the #}
{# sum of (w - raw)^2 / raw. Names below the least weight are dropped together, the rest solved #}
{# again. A leg that cannot reach its gross holds each name at its own cap, and the row says so. #}
with

legs as (

    select distinct
        strategy_legs.leg_no,
        strategy_legs.leg_gross,
        strategy_legs.max_weight,
        strategy_legs.min_weight,
        strategy_legs.sector_cap,
        strategy_legs.min_weight > 0 or strategy_legs.sector_cap is not null as is_limited

    from {{ ref('strategy_legs') }} as strategy_legs

),

-- Most legs have no limit but the highest weight: they are solved once, without sectors.
{% for members, condition in [('plain', 'not legs.is_limited'), ('limited', 'legs.is_limited')] %}

    {{ members }} as (

        select
            leg_members.*,
            legs.leg_gross,
            legs.max_weight,
            legs.min_weight,
            legs.sector_cap

        from {{ ref('leg_members') }} as leg_members

        inner join legs on leg_members.leg_no = legs.leg_no

        where leg_members.raw_weight > 0 and {{ condition }}

    ),

{% endfor %}

{% for this, members in [('once', 'plain'), ('first', 'limited'), ('second', 'first_kept')] %}

    {% if members == 'plain' %}

        {{ this }}_capped as (

            select
                {{ members }}.*,
                {{ members }}.max_weight as {{ this }}_cap

            from {{ members }}

        ),

    {% else %}

        -- The level at which a sector is full: as the leg's below, with the sector's cap for gross.
        {{ this }}_sectors as (

            select
                levels.as_of_date,
                levels.leg_no,
                levels.sector,
                max(levels.level) as level

            from (
                select
                    {{ members }}.as_of_date,
                    {{ members }}.leg_no,
                    {{ members }}.sector,
                    (
                        {{ members }}.sector_cap
                        - (row_number() over sector_by_weight - 1) * {{ members }}.max_weight
                    )
                    / sum({{ members }}.raw_weight) over (
                        sector_by_weight rows between current row and unbounded following
                    ) as level

                from {{ members }}

                where {{ members }}.sector_cap is not null and {{ members }}.sector is not null

                window sector_by_weight as (
                    partition by
                        {{ members }}.as_of_date, {{ members }}.leg_no, {{ members }}.sector
                    order by {{ members }}.raw_weight desc
                )
            ) as levels

            group by levels.as_of_date, levels.leg_no, levels.sector

        ),

        {{ this }}_capped as (

            select
                {{ members }}.*,
                least(
                    {{ members }}.max_weight,
                    {{ members }}.raw_weight * {{ this }}_sectors.level
                ) as {{ this }}_cap

            from {{ members }}

            left join {{ this }}_sectors
                on
                    {{ members }}.as_of_date = {{ this }}_sectors.as_of_date
                    and {{ members }}.leg_no = {{ this }}_sectors.leg_no
                    and {{ members }}.sector = {{ this }}_sectors.sector

        ),

    {% endif %}

    -- By the level at which each name reaches its own cap: the leg's level, were all before the
    -- name at their caps and itself and all after it not. These levels rise up to the first that
    -- leaves its own name below its cap, and fall from there on: the highest is the leg's.
    {{ this }}_levels as (

        select
            levels.as_of_date,
            levels.leg_no,
            max(levels.level) as level

        from (
            select
                {{ this }}_capped.as_of_date,
                {{ this }}_capped.leg_no,
                (
                    {{ this }}_capped.leg_gross
                    - coalesce(
                        sum({{ this }}_capped.{{ this }}_cap) over (
                            by_cap rows between unbounded preceding and 1 preceding
                        ),
                        0
                    )
                )
                / sum({{ this }}_capped.raw_weight) over (
                    by_cap rows between current row and unbounded following
                ) as level

            from {{ this }}_capped

            window by_cap as (
                partition by {{ this }}_capped.as_of_date, {{ this }}_capped.leg_no
                order by
                    {{ this }}_capped.{{ this }}_cap / {{ this }}_capped.raw_weight,
                    {{ this }}_capped.raw_weight
            )
        ) as levels

        group by levels.as_of_date, levels.leg_no

    ),

    {{ this }}_kept as (

        select
            {{ this }}_capped.*,
            least(
                {{ this }}_capped.{{ this }}_cap,
                {{ this }}_capped.raw_weight * {{ this }}_levels.level
            ) as {{ this }}_weight

        from {{ this }}_capped

        inner join {{ this }}_levels
            on
                {{ this }}_capped.as_of_date = {{ this }}_levels.as_of_date
                and {{ this }}_capped.leg_no = {{ this }}_levels.leg_no

        where
            least(
                {{ this }}_capped.{{ this }}_cap,
                {{ this }}_capped.raw_weight * {{ this }}_levels.level
            )
            >= {{ this }}_capped.min_weight * (1 - 1e-12)

    ),

{% endfor %}

solved as (

    {% for this in ('once', 'second') %}

        select
            {{ this }}_kept.as_of_date,
            {{ this }}_kept.leg_no,
            {{ this }}_kept.symbol,
            {{ this }}_kept.asset_class,
            {{ this }}_kept.sector,
            {{ this }}_kept.leg,
            {{ this }}_kept.score,
            {{ this }}_kept.score_rank,
            {{ this }}_kept.n_candidates,
            {{ this }}_kept.raw_weight,
            {{ this }}_kept.leg_gross,
            {{ this }}_kept.{{ this }}_weight as leg_weight

        from {{ this }}_kept

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

)

-- The weights fall short of the leg's gross by more than rounding: too few names for the caps.
select
    solved.*,
    sum(solved.leg_weight) over whole_leg < solved.leg_gross - 1e-9 as is_leg_underfilled

from solved

window whole_leg as (partition by solved.as_of_date, solved.leg_no)
