{# The newest vintage of every split, dividend and delisting, in the major unit of its currency. #}
{# A dividend that names no currency is in that of the quotes. #}
with

corporate_actions as (

    select * from {{ source('raw', 'corporate_actions') }}

),

quotes as (

    select
        prices.symbol,
        max_by(prices.currency, prices.load_id) as currency

    from {{ source('raw', 'prices') }} as prices

    group by prices.symbol

),

newest as (

    select
        corporate_actions.symbol,
        corporate_actions.ex_date,
        corporate_actions.action_type,
        corporate_actions.value
        * case
            when corporate_actions.action_type = 'cash_dividend'
                then {{ major_unit('coalesce(corporate_actions.currency, quotes.currency)') }}
            else 1
        end as value,
        {{ major_currency('coalesce(corporate_actions.currency, quotes.currency)') }} as currency,
        corporate_actions.load_id

    from corporate_actions

    left join quotes on corporate_actions.symbol = quotes.symbol

    where corporate_actions.ex_date <= cast('{{ var("end_date") }}' as date)

    qualify
        {{ newest_version([
            'corporate_actions.symbol',
            'corporate_actions.ex_date',
            'corporate_actions.action_type',
        ]) }}

)

select * from newest
