{# The CTEs `stood`, `signalled` and `placed`: the weight, the signal and the place of the name; #}
{# and `is_explained`: a row if there is a weight or signal to explain. #}
{% macro weight_found() -%}
stood as (

    select
        target_weights.target_weight,
        target_weights.desired_weight,
        target_weights.trade_date

    from portfolios.target_weights as target_weights

    where
        target_weights.strategy = strategy
        and target_weights.symbol = symbol
        and target_weights.as_of_date = (select asked_decision.as_of_date from asked_decision)

),

-- The newest day's decision, where it is not one of the strategy's rhythm, is a signal only.
signalled as (

    select
        live_signals.target_weight,
        live_signals.desired_weight

    from signals.live_signals as live_signals

    inner join asked_decision
        on
            live_signals.as_of_date = asked_decision.as_of_date
            and not asked_decision.is_scheduled

    where live_signals.strategy = strategy and live_signals.symbol = symbol

),

placed as (

    select
        candidates.score_rank,
        candidates.n_candidates

    from construction.candidates as candidates

    inner join asked_decision on candidates.as_of_date = asked_decision.as_of_date

    where
        candidates.symbol = symbol
        and candidates.score_name = (select asked_strategy.score_name from asked_strategy)

),

is_explained as (

    select 1 as one

    from asked_asset

    where
        exists (
            select 1

            from stood
        )
        or exists (
            select 1

            from signalled
        )

)
{%- endmacro %}
