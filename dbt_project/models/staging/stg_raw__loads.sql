{# Every load that had begun by the second clock. #}
with

loads as (

    select * from {{ source('raw', 'loads') }}

    where {{ is_known('started_at') }}

)

select
    loads.load_id,
    loads.source,
    loads.status,
    loads.started_at as observed_at,
    loads.n_rows,
    loads.n_unchanged,
    loads.n_rejected

from loads
