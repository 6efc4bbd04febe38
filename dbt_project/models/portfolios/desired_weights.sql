{{ config(schema='construction') }}
{# What each strategy wants to hold, a fraction of NAV after cost: choose, weigh, cap. #}
{# Water-filling per leg: w = min(cap, L x raw) with L such that the leg sums to its gross. Names #}
{# below the minimum weight are dropped together and the rest solved again. A leg with too few #}
{# names holds each at the cap, the rest is cash, and the row says so. #}
with

chosen as (

    select
        candidates.*,
        strategies.weighting,
        strategies.max_weight,
        strategies.min_weight,
        case
            when candidates.score_rank <= floor(candidates.n_candidates * strategies.top_fraction)
                then 'long'
            else 'short'
        end as leg,
        case
            when candidates.score_rank <= floor(candidates.n_candidates * strategies.top_fraction)
                then strategies.gross_long
            else strategies.gross_short
        end
        * case
            when strategies.asset_class <> 'both' then 1
            when candidates.asset_class = 'crypto' then strategies.crypto_share
            else 1 - strategies.crypto_share
        end as leg_gross

    from {{ ref('candidates') }} as candidates

    inner join {{ ref('strategies') }} as strategies
        on candidates.strategy = strategies.strategy

    where
        candidates.score_rank <= floor(candidates.n_candidates * strategies.top_fraction)
        or (
            strategies.side = 'long_short'
            and candidates.score_rank
            > candidates.n_candidates
            - floor(candidates.n_candidates * strategies.top_fraction)
        )

),

-- score: the share of the cross-section that the name beats (is beaten by, in the short leg).
weighed as (

    select
        chosen.*,
        case chosen.weighting
            when 'equal' then 1
            when 'score'
                then
                    case chosen.leg
                        when 'long' then 1 - (chosen.score_rank - 0.5) / chosen.n_candidates
                        else (chosen.score_rank - 0.5) / chosen.n_candidates
                    end
            when 'inverse_volatility' then 1 / nullif(universe_daily.ret_1d_std, 0)
            when 'cap' then prices_daily.market_cap_usd
        end as raw_weight

    from chosen

    inner join {{ ref('cross_section_members') }} as members
        on
            chosen.as_of_date = members.as_of_date
            and chosen.symbol = members.symbol

    inner join {{ ref('universe_daily') }} as universe_daily
        on
            members.symbol = universe_daily.symbol
            and members.session_date = universe_daily.as_of_date

    inner join {{ ref('prices_daily') }} as prices_daily
        on
            members.symbol = prices_daily.symbol
            and members.session_date = prices_daily.as_of_date

    where chosen.leg_gross > 0

),

{% for this, before in [('first', 'weighed'), ('second', 'first_kept')] %}

    {{ this }}_levels as (

        select
            {{ before }}.*,
            row_number() over leg_by_weight as weight_rank,
            (
                {{ before }}.leg_gross
                - (row_number() over leg_by_weight - 1) * {{ before }}.max_weight
            )
            / sum({{ before }}.raw_weight) over (
                leg_by_weight rows between current row and unbounded following
            ) as level

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

    -- The first name, from the largest, that the level built on it leaves below the cap.
    {{ this }}_uncapped as (

        select
            {{ this }}_levels.*,
            min(
                case
                    when
                        {{ this }}_levels.level * {{ this }}_levels.raw_weight
                        <= {{ this }}_levels.max_weight
                        then {{ this }}_levels.weight_rank
                end
            ) over (
                partition by
                    {{ this }}_levels.as_of_date,
                    {{ this }}_levels.strategy,
                    {{ this }}_levels.asset_class,
                    {{ this }}_levels.leg
            ) as first_uncapped_rank

        from {{ this }}_levels

    ),

    {{ this }}_solved as (

        select
            {{ this }}_uncapped.*,
            case
                when
                    {{ this }}_uncapped.weight_rank >= {{ this }}_uncapped.first_uncapped_rank
                    then
                        {{ this }}_uncapped.raw_weight
                        * max(
                            case
                                when
                                    {{ this }}_uncapped.weight_rank
                                    = {{ this }}_uncapped.first_uncapped_rank
                                    then {{ this }}_uncapped.level
                            end
                        ) over (
                            partition by
                                {{ this }}_uncapped.as_of_date,
                                {{ this }}_uncapped.strategy,
                                {{ this }}_uncapped.asset_class,
                                {{ this }}_uncapped.leg
                        )
                else {{ this }}_uncapped.max_weight
            end as {{ this }}_weight

        from {{ this }}_uncapped

    ),

    {{ this }}_kept as (

        select
            {{ this }}_solved.as_of_date,
            {{ this }}_solved.strategy,
            {{ this }}_solved.symbol,
            {{ this }}_solved.asset_class,
            {{ this }}_solved.leg,
            {{ this }}_solved.score,
            {{ this }}_solved.score_rank,
            {{ this }}_solved.n_candidates,
            {{ this }}_solved.is_scheduled,
            {{ this }}_solved.calendar,
            {{ this }}_solved.raw_weight,
            {{ this }}_solved.leg_gross,
            {{ this }}_solved.max_weight,
            {{ this }}_solved.min_weight,
            {{ this }}_solved.{{ this }}_weight

        from {{ this }}_solved

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
