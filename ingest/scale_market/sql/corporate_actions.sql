with
departures as (
    select
        lives.symbol,
        lives.delisting_return,
        min(sessions.session_date) as ex_date
    from lives
    inner join sessions
        on lives.venue = sessions.venue and lives.left_on <= sessions.session_date
    where
        lives.asset_class = $asset_class
        and lives.number >= $first
        and lives.number < $first + $n
        and not lives.leaves_silently
    group by all
)

select
    symbol,
    session_date as ex_date,
    'split' as action_type,
    pow(2, doublings) as value,
    cast(null as varchar) as currency
from walks
where doublings <> 0

union all

-- What the price lost on that day, in the currency and the shares that it is quoted in.
select
    symbol,
    session_date as ex_date,
    'cash_dividend' as action_type,
    round(close * (exp(dividend_yield) - 1), 6) as value,
    quote_currency as currency
from walks
where is_ex_dividend

union all

select
    symbol,
    ex_date,
    'delisting' as action_type,
    case when $asset_class = 'equity' then round(delisting_return, 4) end as value,
    cast(null as varchar) as currency
from departures
where ex_date > $since
