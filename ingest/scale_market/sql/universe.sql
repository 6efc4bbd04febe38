-- The names that were listed by the end; a membership that ends later has no end yet.
with
sectors (sector_number, sector) as (
    values
    (0, 'Communication Services'),
    (1, 'Consumer Discretionary'),
    (2, 'Consumer Staples'),
    (3, 'Energy'),
    (4, 'Financials'),
    (5, 'Health Care'),
    (6, 'Industrials'),
    (7, 'Information Technology'),
    (8, 'Materials'),
    (9, 'Real Estate'),
    (10, 'Utilities')
)

select
    lives.symbol,
    lives.asset_class,
    lives.venue,
    lives.country,
    lives.currency,
    sectors.sector,
    concat(coalesce(sectors.sector, lives.asset_kind), ' ', lives.symbol) as name,
    lives.asset_kind,
    lives.member_from,
    case when lives.member_to <= $until then lives.member_to end as member_to
from lives
left join sectors on lives.sector_number = sectors.sector_number
where lives.listed_on <= $until
order by lives.symbol
