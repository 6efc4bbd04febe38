{{ config(schema='construction') }}
{# Which candidates each strategy chooses for which leg, and what each weighs before any cap. #}
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
        chosen.as_of_date,
        chosen.strategy,
        chosen.symbol,
        chosen.asset_class,
        chosen.leg,
        chosen.score,
        chosen.score_rank,
        chosen.n_candidates,
        chosen.is_scheduled,
        chosen.calendar,
        chosen.leg_gross,
        chosen.max_weight,
        chosen.min_weight,
        case chosen.weighting
            when 'equal' then 1
            when 'score'
                then
                    case chosen.leg
                        when 'long' then 1 - (chosen.score_rank - 0.5) / chosen.n_candidates
                        else (chosen.score_rank - 0.5) / chosen.n_candidates
                    end
            when 'inverse_volatility' then 1 / nullif(members.ret_1d_std, 0)
            when 'cap' then prices_daily.market_cap_usd
        end as raw_weight

    from chosen

    inner join {{ ref('cross_section_members') }} as members
        on
            chosen.as_of_date = members.as_of_date
            and chosen.symbol = members.symbol

    inner join {{ ref('prices_daily') }} as prices_daily
        on
            members.symbol = prices_daily.symbol
            and members.session_date = prices_daily.as_of_date

    where chosen.leg_gross > 0

)

select * from weighed
