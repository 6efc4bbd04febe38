{# The two clocks that this build went by, and the newest load that it could see. #}
with

loads as (

    select * from {{ ref('stg_raw__loads') }}

    where status = 'ok'

)

select
    '{{ var("base_currency") }}' as base_currency,
    cast('{{ var("start_date") }}' as date) as start_date,
    cast('{{ var("end_date") }}' as date) as end_date,
    cast('{{ var("known_at") }}' as timestamp) as known_at,
    max(loads.load_id) as newest_load_id,
    max(loads.observed_at) as newest_observed_at

from loads
