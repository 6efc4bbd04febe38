{{ config(schema='construction') }}
{# Water-filling of legs that break a limit under the highest weight alone: w = min(own cap, #}
{# L x raw). The own cap is the highest weight or, in a sector that would stand above its cap, #}
{# the weight at the level L_s that fills the sector. It minimizes the sum of (w - raw)^2 / raw #}
{# under all three. Then names below the least weight are dropped together, the rest solved #}
{# again. #}
with

members as (

    select
        leg_levels.as_of_date,
        leg_levels.leg_no,
        leg_members.symbol,
        leg_members.sector,
        leg_members.raw_weight,
        leg_levels.leg_gross,
        leg_levels.max_weight,
        leg_levels.min_weight,
        leg_levels.sector_cap

    from {{ ref('leg_levels') }} as leg_levels

    inner join {{ ref('leg_members') }} as leg_members
        on
            leg_levels.as_of_date = leg_members.as_of_date
            and leg_levels.members_no = leg_members.members_no

    where leg_levels.is_limited and leg_members.raw_weight > 0

),

{% for this, before in [('first', 'members'), ('second', 'to_solve_again')] %}

    -- The level at which a sector is full: as a leg's (leg_levels), its cap for the gross.
    {{ this }}_sectors as (

        select
            levels.as_of_date,
            levels.leg_no,
            levels.sector,
            max(levels.level) as level

        from (
            select
                {{ before }}.as_of_date,
                {{ before }}.leg_no,
                {{ before }}.sector,
                (
                    {{ before }}.sector_cap
                    - (row_number() over sector_by_weight - 1) * {{ before }}.max_weight
                )
                / sum({{ before }}.raw_weight) over from_here_down as level

            from {{ before }}

            where {{ before }}.sector_cap is not null and {{ before }}.sector is not null

            window
                sector_by_weight as (
                    partition by {{ before }}.as_of_date, {{ before }}.leg_no, {{ before }}.sector
                    order by {{ before }}.raw_weight desc
                ),
                from_here_down as (
                    partition by {{ before }}.as_of_date, {{ before }}.leg_no, {{ before }}.sector
                    order by {{ before }}.raw_weight desc
                    rows between current row and unbounded following
                )
        ) as levels

        group by levels.as_of_date, levels.leg_no, levels.sector

    ),

    {{ this }}_capped as (

        select
            {{ before }}.as_of_date,
            {{ before }}.leg_no,
            {{ before }}.symbol,
            {{ before }}.sector,
            {{ before }}.raw_weight,
            {{ before }}.leg_gross,
            {{ before }}.max_weight,
            {{ before }}.min_weight,
            {{ before }}.sector_cap,
            least(
                {{ before }}.max_weight,
                {{ before }}.raw_weight * {{ this }}_sectors.level
            ) as own_cap

        from {{ before }}

        left join {{ this }}_sectors
            on
                {{ before }}.as_of_date = {{ this }}_sectors.as_of_date
                and {{ before }}.leg_no = {{ this }}_sectors.leg_no
                and {{ before }}.sector = {{ this }}_sectors.sector

    ),

    -- By the level at which each name reaches its own cap: the leg's level, were all before the
    -- name at their caps and itself and all after it not; again the highest is the leg's.
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
                    - coalesce(sum({{ this }}_capped.own_cap) over below_cap, 0)
                )
                / sum({{ this }}_capped.raw_weight) over from_cap as level

            from {{ this }}_capped

            window
                {% for frame, rows in [
                    ('below_cap', 'unbounded preceding and 1 preceding'),
                    ('from_cap', 'current row and unbounded following'),
                ] %}
                    {{ frame }} as (
                        partition by {{ this }}_capped.as_of_date, {{ this }}_capped.leg_no
                        order by
                            {{ this }}_capped.own_cap / {{ this }}_capped.raw_weight,
                            {{ this }}_capped.raw_weight
                        rows between {{ rows }}
                    ){% if not loop.last %},{% endif %}
                {% endfor %}
        ) as levels

        group by levels.as_of_date, levels.leg_no

    ),

    {{ this }}_solved as (

        select
            {{ this }}_capped.*,
            least(
                {{ this }}_capped.own_cap,
                {{ this }}_capped.raw_weight * {{ this }}_levels.level
            ) as leg_weight

        from {{ this }}_capped

        inner join {{ this }}_levels
            on
                {{ this }}_capped.as_of_date = {{ this }}_levels.as_of_date
                and {{ this }}_capped.leg_no = {{ this }}_levels.leg_no

    ),

    {{ this }}_kept as (

        select * from {{ this }}_solved

        where {{ this }}_solved.leg_weight >= {{ this }}_solved.min_weight * (1 - 1e-12)

    ),

    -- Without a least weight the first solution is the last.
    {% if not loop.last %}

        to_solve_again as (

            select * from {{ this }}_kept

            where {{ this }}_kept.min_weight > 0

        ),

    {% endif %}

{% endfor %}

solved as (

    select * from first_kept

    where min_weight = 0

    union all

    select * from second_kept

)

-- The weights fall short of the leg's gross by more than rounding: too few names for the caps.
select
    solved.as_of_date,
    solved.leg_no,
    solved.symbol,
    solved.leg_weight,
    sum(solved.leg_weight) over whole_leg < solved.leg_gross - 1e-9 as is_leg_underfilled

from solved

window whole_leg as (partition by solved.as_of_date, solved.leg_no)
