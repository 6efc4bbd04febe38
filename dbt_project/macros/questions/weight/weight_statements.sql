{# The CTE `statement_items`: the statements' values that the factors were computed from. #}
{% macro weight_statements() -%}
statement_rows as (

    select statement_values.*

    from factors.statement_values as statement_values

    inner join asked_decision on statement_values.as_of_date = asked_decision.as_of_date

    where
        statement_values.symbol = symbol
        and exists (
            select 1

            from score_factors

            inner join factors.factor_registry as factor_registry
                on
                    score_factors.factor = factor_registry.factor
                    and score_factors.asset_class = factor_registry.asset_class

            where factor_registry.family in ('value', 'quality')
        )
        and exists (
            select 1

            from is_explained
        )

),

statement_items as (

    {{ explained_items('input', 'factors.statement_values', 'statement_rows', 'as_of_date', [
        {'name': 'book_equity', 'unit': 'US dollars'},
        {'name': 'total_assets', 'unit': 'US dollars'},
        {'name': 'total_assets_year_ago', 'unit': 'US dollars'},
        {'name': 'total_liabilities', 'unit': 'US dollars'},
        {'name': 'net_income_ttm', 'unit': 'US dollars a year'},
        {'name': 'revenue_ttm', 'unit': 'US dollars a year'},
        {'name': 'gross_profit_ttm', 'unit': 'US dollars a year'},
        {'name': 'operating_cash_flow_ttm', 'unit': 'US dollars a year'},
        {'name': 'cost_of_goods_sold_ttm', 'unit': 'US dollars a year'},
        {'name': 'sga_expense_ttm', 'unit': 'US dollars a year'},
        {'name': 'interest_expense_ttm', 'unit': 'US dollars a year'},
    ]) }}

)
{%- endmacro %}
