{{ config(materialized='view') }}
{# Every book before and after each date on which it traded; what it did not trade drifted. #}
select
    book_paths.trade_date,
    book_spells.strategy,
    book_assets.symbol,
    book_spells.calendar,
    case when book_paths.is_executed then book_spells.as_of_date end as as_of_date,
    book_paths.weight_before,
    book_paths.weight_after,
    book_paths.is_executed

from {{ ref('book_paths') }} as book_paths

inner join {{ ref('book_spells') }} as book_spells
    on
        book_paths.strategy_no = book_spells.strategy_no
        and book_paths.step_no = book_spells.step_no

inner join {{ ref('book_assets') }} as book_assets on book_paths.asset_no = book_assets.asset_no
