-- The sessions of a block after the day that landed last, each with the price it came to.
create or replace temp table walks as
with
landed as (
    select
        symbol,
        sum(step) as walked
    from steps_of($asset_class, $first, $n)
    where session_date <= $since
    group by symbol
),

followed as (
    select
        * exclude (step),
        sum(step) over (
            partition by symbol order by session_date
            rows between unbounded preceding and current row
        ) as walked
    from steps
    where session_date > $since
),

parted as (
    select
        followed.* exclude (walked),
        followed.walked + coalesce(landed.walked, 0) as all_walked,
        round(all_walked / pow(2, 40)) as doubled
    from followed
    left join landed on followed.symbol = landed.symbol
)

select
    parted.symbol,
    parted.session_date,
    parted.other_draw,
    parted.is_ex_dividend,
    parted.doublings,
    lives.quote_currency,
    lives.dividend_yield,
    lives.sigma,
    lives.turnover,
    lives.missing_chance,
    lives.first_shares * pow(2, parted.doubled) as shares,
    case lives.asset_kind
        when 'stablecoin' then 1 + lives.sigma * bell(parted.price_draw)
        else
            lives.quotes_per_unit
            * exp(lives.first_log_price + (parted.all_walked - pow(2, 40) * parted.doubled) * 1e-9)
            / pow(2, parted.doubled)
    end as close
from parted
inner join lives on parted.symbol = lives.symbol
