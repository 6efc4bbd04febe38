{{ config(schema='construction') }}
{# What each chosen name weighs before any limit: 1, its share by score, the inverse of its #}
{# volatility, its market cap, or its weight at equal contributions to risk. Once for all legs #}
{# that differ in their limits alone. #}
with

choices as (

    select distinct
        strategy_legs.members_no,
        strategy_legs.selection_no,
        strategy_legs.leg,
        strategy_legs.weighting

    from {{ ref('strategy_legs') }} as strategy_legs

)

-- score: the share of the cross-section that the name beats (is beaten by, in the short leg).
select
    chosen_names.as_of_date,
    choices.members_no,
    chosen_names.symbol,
    members.sector,
    chosen_names.score,
    chosen_names.score_rank,
    chosen_names.n_candidates,
    case choices.weighting
        when 'equal' then 1
        when 'score'
            then
                case choices.leg
                    when 'long'
                        then 1 - (chosen_names.score_rank - 0.5e0) / chosen_names.n_candidates
                    else (chosen_names.score_rank - 0.5e0) / chosen_names.n_candidates
                end
        when 'inverse_volatility' then 1 / nullif(members.ret_1d_std, 0)
        when 'cap' then members.market_cap_usd
        when 'risk_parity' then risk_parity_weights.risk_parity_weight
    end as raw_weight

from {{ ref('chosen_names') }} as chosen_names

inner join choices on chosen_names.selection_no = choices.selection_no

inner join {{ ref('cross_section_members') }} as members
    on
        chosen_names.as_of_date = members.as_of_date
        and chosen_names.symbol = members.symbol

left join {{ ref('risk_parity_weights') }} as risk_parity_weights
    on
        chosen_names.as_of_date = risk_parity_weights.as_of_date
        and chosen_names.selection_no = risk_parity_weights.selection_no
        and chosen_names.symbol = risk_parity_weights.symbol
