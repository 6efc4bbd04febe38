{{ config(materialized='table') }}
{# The newest vintage of every split, dividend and delisting, in the major unit of its currency, #}
{# under the newest symbol of its asset. A dividend without a currency is in that of the quotes. #}
with

corporate_actions as (

    select * from {{ source('raw', 'corporate_actions') }}

    where {{ is_known() }}

),

quotes as (

    select
        prices.symbol,
        max_by(prices.currency, prices.load_id) as currency

    from {{ source('raw', 'prices') }} as prices

    where {{ is_known('prices.observed_at') }}

    group by prices.symbol

),

named as (

    select
        corporate_actions.*,
        coalesce(symbol_changes.symbol, corporate_actions.symbol) as asset_symbol,
        coalesce(symbol_changes.symbol_rank, 0) as symbol_rank,
        coalesce(corporate_actions.currency, quotes.currency, later_quotes.currency)
            as quote_currency

    from corporate_actions

    left join {{ ref('stg_raw__symbol_changes') }} as symbol_changes
        on {{ bore_old_symbol('corporate_actions.symbol', 'corporate_actions.ex_date') }}

    left join quotes on corporate_actions.symbol = quotes.symbol

    left join quotes as later_quotes on symbol_changes.symbol = later_quotes.symbol

    where corporate_actions.ex_date <= cast('{{ var("end_date") }}' as date)

),

newest as (

    select
        named.asset_symbol as symbol,
        named.ex_date,
        named.action_type,
        named.value
        * case
            when named.action_type = 'cash_dividend' then {{ major_unit('named.quote_currency') }}
            else 1
        end as value,
        {{ major_currency('named.quote_currency') }} as currency,
        named.load_id

    from named

    qualify
        {{ newest_version(
            ['named.asset_symbol', 'named.ex_date', 'named.action_type'], 'named.symbol_rank'
        ) }}

)

select * from newest
