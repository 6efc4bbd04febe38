{# New shares per share held since the beginning, by symbol, on each stretch between two splits. #}
with

splits as (

    select
        corporate_actions.symbol,
        corporate_actions.ex_date,
        corporate_actions.value as split_ratio

    from {{ ref('stg_raw__corporate_actions') }} as corporate_actions

    where
        corporate_actions.action_type = 'split'
        and corporate_actions.value > 0
        and {{ is_finite('corporate_actions.value') }}

),

cumulated as (

    select
        splits.symbol,
        splits.ex_date as from_date,
        lead(splits.ex_date) over by_symbol as to_date,
        exp(sum(ln(splits.split_ratio)) over by_symbol) as shares_per_first_share

    from splits

    window by_symbol as (partition by splits.symbol order by splits.ex_date)

)

select
    cumulated.symbol,
    cumulated.from_date,
    coalesce(cumulated.to_date, cast('9999-12-31' as date)) as to_date,
    cumulated.shares_per_first_share

from cumulated
