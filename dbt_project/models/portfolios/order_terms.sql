{{ config(schema='construction') }}
{# The terms of trade of each decision by the engine's numbers of assets. #}
select
    trade_terms.as_of_date,
    trade_terms.cost_model,
    book_assets.asset_no,
    trade_terms.linear_cost_bps,
    trade_terms.half_power,
    trade_terms.full_power,
    trade_terms.three_fifths_power

from {{ ref('trade_terms') }} as trade_terms

inner join {{ ref('book_assets') }} as book_assets on trade_terms.symbol = book_assets.symbol
