-- The days of each venue up to the end, counted from the first, each with the return of its market.
create table sessions as
with
counted as (
    select
        venue,
        session_date,
        row_number() over (partition by venue order by session_date) as session_no
    from venue_days
)

select
    venue,
    session_date,
    session_no,
    case venue when '24/7' then 0.0005 else 0.0003 end
    + case venue when '24/7' then 0.025 else 0.009 end
    * bell(draw(hash(concat($seed, ' ', venue)), session_no)) as market_return
from counted
