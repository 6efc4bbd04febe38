{# Quality: gross profit / assets, Novy-Marx (2013); income / book equity, Hou, Xue and Zhang #}
{# (2015). #}
select
    members.as_of_date,
    members.symbol,
    members.asset_class,
    statement_values.gross_profit_ttm
    / case when statement_values.total_assets > 0 then statement_values.total_assets end
        as gross_profitability,
    statement_values.net_income_ttm
    / case when statement_values.book_equity > 0 then statement_values.book_equity end
        as return_on_equity

from {{ ref('cross_section_members') }} as members

left join {{ ref('statement_values') }} as statement_values
    on
        members.as_of_date = statement_values.as_of_date
        and members.symbol = statement_values.symbol
