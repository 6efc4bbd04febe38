{# Quality: gross profit / assets, Novy-Marx (2013); income / book equity, Hou, Xue and Zhang #}
{# (2015); operating profit / book equity, Fama and French (2015); accruals, Sloan (1996); #}
{# leverage, Penman, Richardson and Tuna (2007); asset growth, Cooper, Gulen and Schill (2008). #}
with

statements as (

    select
        statement_values.*,
        case when statement_values.total_assets > 0 then statement_values.total_assets end
            as assets_above_0,
        case when statement_values.book_equity > 0 then statement_values.book_equity end
            as book_above_0,
        case
            when statement_values.total_assets_year_ago > 0
                then statement_values.total_assets_year_ago
        end as assets_year_ago_above_0,
        -- As in French's library: an expense not reported is 0, unless none is reported. One that
        -- is reported, but not for the whole year, is not known.
        case
            when
                coalesce(
                    statement_values.cost_of_goods_sold_ttm,
                    statement_values.sga_expense_ttm,
                    statement_values.interest_expense_ttm
                ) is not null
                then
                    statement_values.revenue_ttm
                    - coalesce(
                        statement_values.cost_of_goods_sold_ttm,
                        case
                            when not coalesce(statement_values.has_cost_of_goods_sold, false) then 0
                        end
                    )
                    - coalesce(
                        statement_values.sga_expense_ttm,
                        case
                            when not coalesce(statement_values.has_sga_expense, false) then 0
                        end
                    )
                    - coalesce(
                        statement_values.interest_expense_ttm,
                        case
                            when not coalesce(statement_values.has_interest_expense, false) then 0
                        end
                    )
        end as operating_profit_ttm

    from {{ ref('statement_values') }} as statement_values

)

select
    members.as_of_date,
    members.symbol,
    members.asset_class,
    statements.gross_profit_ttm / statements.assets_above_0 as gross_profitability,
    statements.net_income_ttm / statements.book_above_0 as return_on_equity,
    statements.operating_profit_ttm / statements.book_above_0 as operating_profitability,
    (statements.net_income_ttm - statements.operating_cash_flow_ttm) / statements.assets_above_0
        as accruals,
    statements.total_liabilities / statements.assets_above_0 as leverage,
    statements.total_assets / statements.assets_year_ago_above_0 - 1 as asset_growth

from {{ ref('cross_section_members') }} as members

left join statements
    on
        members.as_of_date = statements.as_of_date
        and members.symbol = statements.symbol
