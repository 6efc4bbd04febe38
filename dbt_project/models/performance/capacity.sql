{{ config(tags=['sequential']) }}
{# The fund at which impact has taken half of each strategy's Sharpe ratio, under each law, and #}
{# what share of a day's volume its trades take at its own size. Trades are those made at that #}
{# size; commission and half spread are paid throughout. #}
{%- set n_bisections = 40 -%}
with recursive

moments as (

    select
        impact_moments.*,
        {{ sharpe_under_impact('impact_moments', 'cast(0 as double)') }} as daily_sharpe

    from {{ ref('impact_moments') }} as impact_moments

),

-- Where impact takes the whole mean, nothing is left: the half is lost before.
bisected as (

    select
        moments.strategy,
        moments.impact_law,
        0 as step,
        cast(0 as double) as lower_usd,
        least(
            moments.mean_excess / nullif(moments.mean_full, 0),
            power(
                moments.mean_excess / nullif(moments.mean_concave, 0),
                1 / moments.concave_power
            )
        ) as upper_usd

    from moments

    where moments.daily_sharpe > 0 and moments.mean_concave + moments.mean_full > 0

    union all

    select
        halved.strategy,
        halved.impact_law,
        halved.step,
        case when halved.is_above_half then halved.middle_usd else halved.lower_usd end
            as lower_usd,
        case when halved.is_above_half then halved.upper_usd else halved.middle_usd end
            as upper_usd

    from (
        select
            bisected.strategy,
            bisected.impact_law,
            bisected.step + 1 as step,
            bisected.lower_usd,
            bisected.upper_usd,
            (bisected.lower_usd + bisected.upper_usd) / 2 as middle_usd,
            {{ sharpe_under_impact('moments', '(bisected.lower_usd + bisected.upper_usd) / 2') }}
            > moments.daily_sharpe / 2 as is_above_half

        from bisected

        inner join moments
            on
                bisected.strategy = moments.strategy
                and bisected.impact_law = moments.impact_law

        where bisected.step < {{ n_bisections }}
    ) as halved

),

participation as (

    select
        daily_before_cost.strategy,
        sum(daily_before_cost.traded_weight) as traded_weight,
        sum(daily_before_cost.traded_weight_of_known_volume)
        / nullif(sum(daily_before_cost.traded_weight), 0) as known_volume_share,
        sum(daily_before_cost.sum_participation)
        / nullif(sum(daily_before_cost.n_trades_of_known_volume), 0) as mean_participation,
        max(daily_before_cost.max_participation) as max_participation

    from {{ ref('daily_before_cost') }} as daily_before_cost

    group by daily_before_cost.strategy

)

select
    moments.strategy,
    moments.impact_law,
    strategies.aum_usd,
    {{ sharpe_under_impact('moments', 'strategies.aum_usd') }} * sqrt(moments.periods_per_year)
        as net_sharpe,
    moments.daily_sharpe * sqrt(moments.periods_per_year) as sharpe_without_impact,
    bisected.upper_usd as capacity_usd,
    case
        when bisected.upper_usd is not null then null
        when not coalesce(participation.traded_weight > 0, false) then 'no_trades'
        when participation.known_volume_share = 0 then 'no_volume_known'
        when not coalesce(moments.daily_sharpe > 0, false) then 'sharpe_not_above_0'
        else 'no_impact'
    end as capacity_reason,
    participation.known_volume_share,
    case when participation.known_volume_share > 0 then participation.mean_participation end
        as mean_participation,
    case when participation.known_volume_share > 0 then participation.max_participation end
        as max_participation,
    participation.mean_participation * bisected.upper_usd / strategies.aum_usd
        as mean_participation_at_capacity

from moments

inner join {{ ref('strategies') }} as strategies on moments.strategy = strategies.strategy

inner join participation on moments.strategy = participation.strategy

left join bisected
    on
        moments.strategy = bisected.strategy
        and moments.impact_law = bisected.impact_law
        and bisected.step = {{ n_bisections }}
