{# The CTE `leg_items`: how the weight was made in each of its legs. #}
{% macro weight_leg() -%}
leg_rows as (

    select
        legs.* exclude (ret_1d_std, market_cap_usd, market_beta),
        case when legs.weighting = 'inverse_volatility' then legs.ret_1d_std end as ret_1d_std,
        case when legs.weighting = 'cap' then legs.market_cap_usd end as market_cap_usd,
        case when legs.side = 'market_neutral' then legs.market_beta end as market_beta,
        concat(
            case when legs.is_sleeve then concat(legs.score_name, ', ', legs.leg, ': ') else '' end
        ) as part,
        row_number() over (order by legs.score_name, legs.leg) as place

    from explain_leg(day, strategy) as legs

    where legs.symbol = symbol

),

leg_items as (

    {{ explained_items('leg', 'construction.leg_members', 'leg_rows', 'as_of_date', [
        {'name': 'leg', 'is_text': true, 'unit': 'side'},
        {'name': 'score_name', 'is_text': true, 'unit': 'chosen by'},
        {'name': 'score', 'unit': 'score'},
        {'name': 'score_rank', 'unit': 'place, 1 is the best'},
        {'name': 'n_candidates', 'unit': 'names'},
        {'name': 'top_fraction', 'unit': 'share chosen'},
        {'name': 'hold_fraction', 'unit': 'share within which who was chosen may stay'},
        {'name': 'was_chosen_before', 'is_text': true, 'unit': 'at the decision before'},
        {'name': 'sector', 'is_text': true, 'unit': 'sector'},
        {'name': 'weighting', 'is_text': true, 'unit': 'rule of the raw weight'},
        {'name': 'ret_1d_std', 'unit': 'standard deviation of daily returns'},
        {'name': 'market_cap_usd', 'unit': 'US dollars'},
        {'name': 'market_beta', 'unit': 'slope on the market'},
        {'name': 'raw_weight', 'unit': 'before any limit'},
        {'name': 'leg_gross', 'unit': 'fraction of NAV'},
        {'name': 'max_weight', 'unit': 'fraction of NAV'},
        {'name': 'min_weight', 'unit': 'fraction of NAV'},
        {'name': 'sector_cap', 'unit': 'fraction of NAV'},
        {'name': 'leg_level', 'unit': 'weight = least(max_weight, level x raw weight)'},
        {'name': 'is_limited', 'is_text': true, 'unit': 'solved under sector cap and min weight'},
        {'name': 'is_leg_underfilled', 'is_text': true, 'unit': 'too few names for the caps'},
        {'name': 'leg_weight', 'unit': 'fraction of NAV'},
        {'name': 'sleeve_budget', 'unit': 'share of the strategy'},
        {'name': 'leg_beta', 'unit': 'beta of the leg'},
        {'name': 'leg_scale', 'unit': 'scaling to no beta'},
        {'name': 'part_of_desired_weight', 'unit': 'fraction of NAV'},
    ], place='place', part='part') }}

)
{%- endmacro %}
