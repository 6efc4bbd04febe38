{{ config(
    schema='main',
    materialized='table',
    post_hook="{{ create_questions() }}",
) }}
{# What can be asked of the published file by name; written last: the questions read all these. #}
{% set read = [
    ref('assets'), ref('prices_daily'), ref('universe_daily'), ref('quarantine'),
    ref('market_returns'), ref('stg_raw__prices'), ref('stg_raw__corporate_actions'),
    ref('stg_raw__symbol_changes'), ref('factor_dates'), ref('factor_registry'),
    ref('factor_values'), ref('composite_values'), ref('cross_section_members'), ref('volatility'),
    ref('statement_values'), ref('model_scores'), ref('folds'), ref('model_parameters'),
    ref('shap_values'), ref('strategies'), ref('rebalances'), ref('strategy_legs'),
    ref('candidates'), ref('chosen_names'), ref('leg_members'), ref('leg_levels'),
    ref('limited_weights'), ref('leg_scales'), ref('sleeve_budgets'), ref('family_returns'),
    ref('desired_weights'), ref('target_weights'), ref('books'), ref('book_assets'),
    ref('book_steps'), ref('book_paths'), ref('orders'), ref('order_volumes'), ref('unit_values'),
    ref('holdings'), ref('positions'), ref('ruins'), ref('daily_pnl'), ref('luck'),
    ref('live_signals'), ref('signals_today'),
] %}
{% for question in questions() %}

    select
        '{{ question.name }}' as question,
        {% set given = question.parameters | join(', ') %}
        '{{ (question.name ~ ('(' ~ given ~ ')' if given else '')) | replace("'", "''") }}'
            as signature,
        {# Whole sentences, as data: longer than a line. #}
        '{{ question.answers | replace("'", "''") }}' as answers,  -- noqa: LT05
        '{{ question.example | replace("'", "''") }}'
            as example

    {% if not loop.last %}union all{% endif %}

{% endfor %}
