{# The CTE `weight_items`: the one row of the weight itself, which says why there is none. #}
{% macro weight_answer() -%}
weight_items as (

    select
        'weight' as stage,
        'target_weight' as item,
        coalesce(stood.target_weight, signalled.target_weight, 0) as value,
        case
            when stood.target_weight is not null
                then concat('to be traded on ', stood.trade_date)
            when signalled.target_weight is not null
                then 'today''s signal; not a date on which the strategy trades'
            when asked_strategy.strategy is null
                then concat('there is no strategy ', strategy, ': see seeds.strategies')
            when asked_decision.as_of_date is null
                then concat(
                    'the strategy decides first on ',
                    (
                        select min(rebalances.as_of_date)

                        from construction.rebalances as rebalances

                        where rebalances.strategy = strategy
                    )
                )
            when asked_asset.symbol is null
                then concat('there is no symbol ', symbol, ': see prepared.assets')
            when asked_strategy.gross_long = 0 then 'the strategy holds cash alone'
            when placed.score_rank is null
                then concat(
                    'not held: not among the names that were ranked that day',
                    ' (not tradable, without a score, or too few names)'
                )
            else
                concat(
                    'not held: place ',
                    placed.score_rank,
                    ' of ',
                    placed.n_candidates,
                    ' by ',
                    asked_strategy.score_name
                )
        end as value_text,
        'fraction of NAV' as unit,
        asked_decision.as_of_date,
        case
            when stood.target_weight is null and signalled.target_weight is not null
                then 'signals.live_signals'
            else 'portfolios.target_weights'
        end as relation

    from asked_decision

    left join asked_strategy on true

    left join asked_asset on true

    left join stood on true

    left join signalled on true

    left join placed on true

)
{%- endmacro %}
