{# explain_sleeves(day, strategy): the trailing year of the family returns, in the days on which #}
{# the class has any. #}
{% macro explain_sleeves() -%}
with

{{ asked_decision() }},

budgets as (

    select sleeve_budgets.*

    from construction.sleeve_budgets as sleeve_budgets

    inner join decision on sleeve_budgets.as_of_date = decision.as_of_date

    inner join (
        select distinct
            strategy_legs.asset_class,
            strategy_legs.score_name

        from construction.strategy_legs as strategy_legs

        where strategy_legs.strategy = strategy and strategy_legs.is_sleeve
    ) as sleeves
        on
            sleeve_budgets.asset_class = sleeves.asset_class
            and sleeve_budgets.score_name = sleeves.score_name

),

days as (

    select
        family_returns.asset_class,
        family_returns.date,
        dense_rank() over (
            partition by family_returns.asset_class
            order by family_returns.date desc
        ) as days_back

    from construction.family_returns as family_returns

    inner join decision on family_returns.date <= decision.as_of_date

    group by family_returns.asset_class, family_returns.date

)

select
    budgets.as_of_date,
    family_returns.date,
    budgets.asset_class,
    budgets.score_name,
    family_returns.long_short_return,
    budgets.has_names,
    budgets.has_history,
    budgets.budget

from budgets

left join days
    on
        budgets.asset_class = days.asset_class
        and days.days_back
        <= {{ by_asset_class({
            'equity': var('sessions').equity.year,
            'crypto': var('sessions').crypto.year,
        }, 'budgets.asset_class') }}

left join construction.family_returns as family_returns
    on
        budgets.asset_class = family_returns.asset_class
        and budgets.score_name = family_returns.score_name
        and days.date = family_returns.date
{%- endmacro %}
