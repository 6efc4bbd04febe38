{{ config(schema='construction') }}
{# What each book traded on a day and what that cost: its trades (see there) added up. #}
with

traded as (

    select
        book_paths.strategy_no,
        book_paths.step_no,
        book_paths.asset_no,
        book_spells.strategy,
        book_spells.trade_date,
        book_spells.as_of_date,
        books.cost_model,
        abs(book_paths.weight_after - book_paths.weight_before) as size,
        abs(book_paths.weight_after - book_paths.weight_before) * books.aum_usd as value_usd

    from {{ ref('book_paths') }} as book_paths

    inner join {{ ref('book_spells') }} as book_spells
        on
            book_paths.strategy_no = book_spells.strategy_no
            and book_paths.step_no = book_spells.step_no

    inner join {{ ref('books') }} as books on book_paths.strategy_no = books.strategy_no

    where book_paths.is_executed and book_paths.weight_after <> book_paths.weight_before

)

select
    traded.trade_date as date,
    traded.strategy,
    traded.strategy_no,
    -- A trade without terms is no free trade: the day has no cost, and the build stops.
    case
        when count(*) = count(order_terms.linear_cost_bps)
            then
                sum(
                    traded.size
                    * (
                        order_terms.linear_cost_bps
                        + {{ impact_bps('order_terms', 'traded.value_usd') }}
                    )
                    / 10000
                )
    end as cost_return,
    sum(traded.size) / 2 as turnover

from traded

left join {{ ref('order_terms') }} as order_terms
    on
        traded.as_of_date = order_terms.as_of_date
        and traded.cost_model = order_terms.cost_model
        and traded.asset_no = order_terms.asset_no

group by traded.strategy_no, traded.step_no, traded.strategy, traded.trade_date
