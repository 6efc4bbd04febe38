-- One row per name. A market of n keeps n places; a place whose name leaves is taken by a new name
-- a month later, so that the market neither shrinks nor holds survivors alone. What a place sees
-- depends on the seed and its number, never on how many places there are.
create table lives as
with
places as (
    select
        'equity' as asset_class,
        number,
        hash(concat($seed, ' equity ', number)) as place_id,
        cast($first_day as date) as opened_on,
        0.05 as late_share,
        0.02 as leaving_rate
    from range($n_equities) as numbers (number)

    union all

    select
        'crypto' as asset_class,
        number,
        hash(concat($seed, ' crypto ', number)) as place_id,
        cast($first_coin_day as date) as opened_on,
        0.4 as late_share,
        0.04 as leaving_rate
    from range($n_coins) as numbers (number)
),

departures as (
    select
        asset_class,
        number,
        cast($first_day as date) + cast(365 * year + 60 + floor(
            180 * uniform(draw(place_id, year), 0)
        ) as integer) as left_on
    from places
    cross join range($years) as years (year)
    where uniform(draw(place_id, year), 16) < leaving_rate

    union all

    select
        asset_class,
        number,
        cast(null as date) as left_on
    from places
),

successions as (
    select
        asset_class,
        number,
        left_on,
        row_number() over place - 1 as succession,
        lag(left_on) over place + 30 as succeeded_on
    from departures
    window place as (partition by asset_class, number order by left_on nulls last)
),

named as (
    select
        successions.asset_class,
        successions.number,
        successions.succession,
        successions.left_on,
        coalesce(
            successions.succeeded_on,
            places.opened_on + case
                when uniform(draw(places.place_id, 1000), 0) < places.late_share
                    then cast(2500 * uniform(draw(places.place_id, 1000), 16) as integer)
                else 0
            end
        ) as listed_on,
        case
            when successions.asset_class = 'crypto' then '24/7'
            when successions.number % 4 < 2 then 'XNYS'
            when successions.number % 4 = 2 then 'XLON'
            else 'XFRA'
        end as venue,
        case venue when 'XNYS' then 'US' when 'XLON' then 'GB' when 'XFRA' then 'DE' end as country,
        concat(
            coalesce(country, 'COIN'),
            printf('%05d', successions.number),
            case when successions.succession > 0 then chr(cast(64 + successions.succession as integer)) end
        ) as symbol
    from successions
    inner join places
        on
            successions.asset_class = places.asset_class
            and successions.number = places.number
),

drawn as (
    select
        *,
        hash(concat($seed, ' ', symbol)) as life_id,
        draw(life_id, 1000001) as traits,
        draw(life_id, 1000002) as sizes,
        draw(life_id, 1000003) as ends
    from named
    where listed_on < coalesce(left_on, date '9999-12-31')
)

select
    symbol,
    asset_class,
    number,
    succession,
    venue,
    country,
    listed_on,
    left_on,
    life_id,
    case country when 'GB' then 'GBP' when 'DE' then 'EUR' else 'USD' end as currency,
    case country when 'GB' then 'GBp' when 'DE' then 'EUR' else 'USD' end as quote_currency,
    case country when 'GB' then 100 else 1 end as quotes_per_unit,
    case
        when asset_class = 'equity' and number % 50 = 25 then 'etf'
        when asset_class = 'equity' then 'stock'
        when number % 50 = 10 then 'stablecoin'
        when number % 50 = 20 then 'wrapped'
        else 'coin'
    end as asset_kind,
    case when asset_kind = 'stock' then (number + succession) % 11 end as sector_number,
    0.5 + uniform(traits, 0) as beta,
    case
        when asset_kind = 'stablecoin' then 0.001
        when asset_class = 'crypto' then 0.025 + 0.03 * uniform(traits, 16)
        else 0.008 + 0.012 * uniform(traits, 16)
    end as sigma,
    -- Chances out of 4,096 that a session has no bar; a few names trade now and then.
    case when uniform(traits, 32) < 0.01 then 1500 else 12 end as missing_chance,
    case when asset_kind in ('stock', 'etf') and uniform(traits, 48) < 0.6 then 0.006 else 0 end
        as dividend_yield,
    cast(floor(63 * uniform(ends, 0)) as integer) as dividend_phase,
    case asset_class when 'equity' then 2.5 + 2 * uniform(sizes, 0) else 8 * uniform(sizes, 0) - 3 end
        as first_log_price,
    case
        when asset_class = 'equity' then round(exp(17 + 3 * uniform(sizes, 16)))
        else round(exp(15 + 9 * uniform(sizes, 16) - first_log_price))
    end as first_shares,
    case asset_class when 'equity' then 0.002 + 0.006 * uniform(sizes, 32) else 0.03 end as turnover,
    case
        when uniform(ends, 16) < 0.5 then -0.3 - 0.5 * uniform(ends, 32)
        when uniform(ends, 16) < 0.8 then 0.0
    end as delisting_return,
    uniform(ends, 16) >= 0.95 as leaves_silently,
    case when uniform(ends, 48) < 0.1 then listed_on + 200 end as member_from,
    case when uniform(ends, 48) < 0.05 then listed_on + 1500 end as member_to
from drawn
