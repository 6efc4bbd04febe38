{{ config(materialized='view') }}
{# The source's delistings, each taking effect on the first session at or after its date. #}
with

effective as (

    select
        corporate_actions.symbol,
        corporate_actions.ex_date,
        corporate_actions.value as source_delisting_return,
        min(venue_sessions.session_date) as delisting_date

    from {{ ref('stg_raw__corporate_actions') }} as corporate_actions

    inner join {{ ref('assets') }} as assets on corporate_actions.symbol = assets.symbol

    inner join {{ ref('venue_sessions') }} as venue_sessions
        on
            assets.venue = venue_sessions.venue
            and corporate_actions.ex_date <= venue_sessions.session_date

    where corporate_actions.action_type = 'delisting'

    group by all

),

by_session as (

    select
        effective.symbol,
        effective.delisting_date,
        min(effective.source_delisting_return) as source_delisting_return

    from effective

    group by effective.symbol, effective.delisting_date

)

select * from by_session
