{{ config(schema='construction') }}
{# The mean daily volume of each asset as known at each decision, for books whose trades are #}
{# limited to a share of it. #}
with

decisions as (

    select distinct
        book_steps.calendar,
        book_steps.as_of_date,
        books.cost_model

    from {{ ref('book_steps') }} as book_steps

    inner join {{ ref('books') }} as books on book_steps.schedule_no = books.schedule_no

    where books.participation_cap is not null

)

-- The same under every cost model.
select distinct
    decisions.as_of_date,
    book_assets.asset_no,
    trade_terms.mean_dollar_volume_usd

from decisions

inner join {{ ref('book_assets') }} as book_assets on decisions.calendar = book_assets.calendar

inner join {{ ref('trade_terms') }} as trade_terms
    on
        decisions.as_of_date = trade_terms.as_of_date
        and decisions.cost_model = trade_terms.cost_model
        and book_assets.symbol = trade_terms.symbol

where trade_terms.mean_dollar_volume_usd is not null
