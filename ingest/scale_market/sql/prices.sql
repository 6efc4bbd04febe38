-- Bars as traded. Of a million, some two are bad prints, one has no close and one a negative.
with
bars as (
    select
        *,
        other_draw >> 44 as rarity,
        sigma * uniform(other_draw, 0) * 0.5 as above,
        sigma * uniform(other_draw, 16) * 0.5 as below,
        uniform(other_draw, 24) as opened,
        uniform(other_draw, 8) as traded,
        case when rarity < 2 then 10 * close else close end as quoted
    from walks
    where ((other_draw >> 32) & 4095) >= missing_chance
)

select
    symbol,
    session_date as bar_date,
    round(quoted * (1 - below + (above + below) * opened), 6) as open,
    round(quoted * (1 + above), 6) as high,
    round(quoted * (1 - below), 6) as low,
    round(case rarity when 2 then null when 3 then -quoted else quoted end, 6) as close,
    round(shares * turnover * (0.5 + traded)) as volume,
    quote_currency as currency,
    'as_traded' as price_basis
from bars
