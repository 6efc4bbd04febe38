{{ config(materialized='view') }}
{# The books that lost all they had, and the day: nothing is traded or earned after it. #}
select distinct
    positions.strategy,
    positions.date as ruin_date

from {{ ref('positions') }} as positions

where positions.is_ruined
