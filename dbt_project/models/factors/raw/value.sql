{# Value: what a name is worth on its books, or moves on its chain, against its market cap. #}
{# Fama and French (1992), Basu (1977); network value to transactions: Liu et al. (2022). #}
with

capitalized as (

    select
        members.as_of_date,
        members.symbol,
        members.asset_class,
        members.session_date,
        case when prices_daily.market_cap_usd > 0 then prices_daily.market_cap_usd end
            as market_cap_usd

    from {{ ref('cross_section_members') }} as members

    inner join {{ ref('prices_daily') }} as prices_daily
        on
            members.symbol = prices_daily.symbol
            and members.session_date = prices_daily.as_of_date

),

-- Mean daily transfer value of the last 90 days, where at least 80 % of them are known.
transfers as (

    select
        onchain_daily.symbol,
        onchain_daily.as_of_date,
        case
            when
                count(onchain_daily.adjusted_transfer_value) over last_90_days
                >= 90 * {{ var('window_coverage') }}
                then avg(onchain_daily.adjusted_transfer_value) over last_90_days
        end as mean_transfer_value

    from {{ ref('onchain_daily') }} as onchain_daily

    window last_90_days as (
        partition by onchain_daily.symbol
        order by onchain_daily.as_of_date
        range between interval 89 days preceding and current row
    )

)

select
    capitalized.as_of_date,
    capitalized.symbol,
    capitalized.asset_class,
    case when statement_values.book_equity > 0 then statement_values.book_equity end
    / capitalized.market_cap_usd as book_to_market,
    statement_values.net_income_ttm / capitalized.market_cap_usd as earnings_to_price,
    capitalized.market_cap_usd / nullif(transfers.mean_transfer_value, 0)
        as network_value_to_transactions

from capitalized

left join {{ ref('statement_values') }} as statement_values
    on
        capitalized.as_of_date = statement_values.as_of_date
        and capitalized.symbol = statement_values.symbol

left join transfers
    on
        capitalized.symbol = transfers.symbol
        and capitalized.session_date = transfers.as_of_date
        and capitalized.asset_class = 'crypto'
