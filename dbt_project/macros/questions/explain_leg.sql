{# explain_leg(day, strategy): choice, raw weights, limits and scales of every name of the legs. #}
{% macro explain_leg() -%}
with

{{ asked_decision() }},

legs as (

    select
        strategy_legs.*,
        decision.as_of_date,
        decision.is_scheduled

    from construction.strategy_legs as strategy_legs

    inner join decision on strategy_legs.strategy = decision.strategy

),

-- The date of the rhythm before: who was chosen then may stay within hold_fraction.
before as (

    select max(rebalances.as_of_date) as prior_date

    from construction.rebalances as rebalances

    where
        rebalances.strategy = strategy
        and rebalances.as_of_date < (select decision.as_of_date from decision)

),

chosen_before as (

    select
        chosen_names.selection_no,
        chosen_names.symbol

    from construction.chosen_names as chosen_names

    where
        chosen_names.as_of_date = (select before.prior_date from before)
        and chosen_names.selection_no in (select legs.selection_no from legs)

),

members as (

    select
        legs.*,
        leg_members.symbol,
        leg_members.sector,
        leg_members.score,
        leg_members.score_rank,
        leg_members.n_candidates,
        leg_members.raw_weight

    from legs

    inner join construction.leg_members as leg_members
        on
            legs.as_of_date = leg_members.as_of_date
            and legs.members_no = leg_members.members_no

),

traits as (

    select
        cross_section.as_of_date,
        cross_section.symbol,
        cross_section.session_date,
        cross_section.ret_1d_std,
        volatility.market_beta,
        prices_daily.market_cap_usd

    from factors.cross_section_members as cross_section

    inner join factors.volatility as volatility
        on
            cross_section.as_of_date = volatility.as_of_date
            and cross_section.symbol = volatility.symbol

    inner join prepared.prices_daily as prices_daily
        on
            cross_section.symbol = prices_daily.symbol
            and cross_section.session_date = prices_daily.as_of_date

    where
        cross_section.as_of_date = (select decision.as_of_date from decision)
        and volatility.as_of_date = (select decision.as_of_date from decision)

),

weighed as (

    select
        members.*,
        leg_levels.level as leg_level,
        leg_levels.is_limited,
        case
            when leg_levels.is_limited then limited_weights.leg_weight
            when members.raw_weight > 0
                then least(members.max_weight, members.raw_weight * leg_levels.level)
        end as leg_weight,
        coalesce(limited_weights.is_leg_underfilled, leg_levels.is_leg_underfilled)
            as is_leg_underfilled

    from members

    left join construction.leg_levels as leg_levels
        on
            members.leg_no = leg_levels.leg_no
            and members.as_of_date = leg_levels.as_of_date

    left join construction.limited_weights as limited_weights
        on
            members.leg_no = limited_weights.leg_no
            and members.as_of_date = limited_weights.as_of_date
            and members.symbol = limited_weights.symbol

)

select
    weighed.as_of_date,
    weighed.strategy,
    weighed.is_scheduled,
    target_weights.trade_date,
    weighed.asset_class,
    weighed.side,
    weighed.leg,
    weighed.score_name,
    weighed.symbol,
    assets.name,
    weighed.sector,
    traits.session_date,
    weighed.score,
    weighed.score_rank,
    weighed.n_candidates,
    weighed.top_fraction,
    weighed.hold_fraction,
    chosen_before.symbol is not null as was_chosen_before,
    before.prior_date,
    weighed.weighting,
    traits.ret_1d_std,
    traits.market_cap_usd,
    traits.market_beta,
    weighed.raw_weight,
    weighed.leg_gross,
    weighed.max_weight,
    weighed.min_weight,
    weighed.sector_cap,
    weighed.leg_level,
    coalesce(weighed.is_limited, false) as is_limited,
    weighed.leg_weight,
    coalesce(weighed.is_leg_underfilled, false) as is_leg_underfilled,
    weighed.is_sleeve,
    case when weighed.is_sleeve then sleeve_budgets.budget else 1 end as sleeve_budget,
    leg_scales.leg_beta,
    coalesce(leg_scales.leg_scale, 1) as leg_scale,
    coalesce(leg_scales.is_beta_unhedged, false) as is_beta_unhedged,
    case weighed.leg when 'long' then 1 else -1 end
    * coalesce(weighed.leg_weight, 0)
    * coalesce(leg_scales.leg_scale, 1)
    * case when weighed.is_sleeve then coalesce(sleeve_budgets.budget, 0) else 1 end
        as part_of_desired_weight,
    desired_weights.desired_weight,
    target_weights.target_weight

from weighed

cross join before

inner join prepared.assets as assets on weighed.symbol = assets.symbol

left join traits on weighed.symbol = traits.symbol

left join chosen_before
    on
        weighed.selection_no = chosen_before.selection_no
        and weighed.symbol = chosen_before.symbol

left join construction.leg_scales as leg_scales
    on
        weighed.strategy = leg_scales.strategy
        and weighed.asset_class = leg_scales.asset_class
        and weighed.leg = leg_scales.leg
        and weighed.as_of_date = leg_scales.as_of_date

left join construction.sleeve_budgets as sleeve_budgets
    on
        weighed.is_sleeve
        and weighed.asset_class = sleeve_budgets.asset_class
        and weighed.score_name = sleeve_budgets.score_name
        and weighed.as_of_date = sleeve_budgets.as_of_date

left join construction.desired_weights as desired_weights
    on
        weighed.strategy = desired_weights.strategy
        and weighed.as_of_date = desired_weights.as_of_date
        and weighed.symbol = desired_weights.symbol

left join portfolios.target_weights as target_weights
    on
        weighed.strategy = target_weights.strategy
        and weighed.as_of_date = target_weights.as_of_date
        and weighed.symbol = target_weights.symbol
{%- endmacro %}
