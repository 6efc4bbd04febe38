{# The newest vintage of every split, dividend and delisting, in the major unit of its currency. #}
with

corporate_actions as (

    select * from {{ source('raw', 'corporate_actions') }}

),

newest as (

    select
        corporate_actions.symbol,
        corporate_actions.ex_date,
        corporate_actions.action_type,
        corporate_actions.value
        * case
            when corporate_actions.action_type = 'cash_dividend'
                then {{ major_unit('corporate_actions.currency') }}
            else 1
        end as value,
        {{ major_currency('corporate_actions.currency') }} as currency,
        corporate_actions.load_id

    from corporate_actions

    where corporate_actions.ex_date <= cast('{{ var("end_date") }}' as date)

    qualify
        {{ newest_version([
            'corporate_actions.symbol',
            'corporate_actions.ex_date',
            'corporate_actions.action_type',
        ]) }}

)

select * from newest
