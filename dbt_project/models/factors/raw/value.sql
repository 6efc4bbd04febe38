{# Value: what a name owns, earns, sells, or moves on its chain, against its market cap. Fama and #}
{# French (1992), Basu (1977), Barbee et al. (1996), Lakonishok et al. (1994), Liu et al. (2022). #}
{# Where no book exists, the return years ago turned around: De Bondt and Thaler (1985). #}
with

-- Where the prices stand that are looked up.
places as {{ inlined() }} (

    {% for asset_class, sessions in var('sessions').items() %}
        {% set n_years = {'equity': 5, 'crypto': 3}[asset_class] %}

        {{
            places_back(
                asset_class,
                [sessions.year, n_years * sessions.year],
                ref('cross_section_members'),
                ref('venue_sessions')
            )
        }}

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

),

priced as (

    {% for asset_class, sessions in var('sessions').items() %}
        {% set n_years = {'equity': 5, 'crypto': 3}[asset_class] %}

        select
            places.as_of_date,
            places.symbol,
            max(
                case
                    when places.n_back = 0 and prices_daily.market_cap_usd > 0
                        then prices_daily.market_cap_usd
                end
            ) as market_cap_usd,
            {{ past_return(n_years * sessions.year, sessions.year, looked_up=true) }}
                as long_run_reversal

        {{ prices_back(asset_class, ref('prices_daily')) }}

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

),

-- Means of the last 90 and 30 days, where at least 80 % of them are known.
onchain as (

    select
        onchain_daily.symbol,
        onchain_daily.as_of_date,
        case
            when
                count(onchain_daily.adjusted_transfer_value) over last_90_days
                >= {{ 90 * var('window_coverage') }}
                then avg(onchain_daily.adjusted_transfer_value) over last_90_days
        end as mean_transfer_value,
        case
            when
                count(onchain_daily.active_addresses) over last_30_days
                >= {{ 30 * var('window_coverage') }}
                then avg(onchain_daily.active_addresses) over last_30_days
        end as mean_active_addresses

    from {{ ref('onchain_daily') }} as onchain_daily

    window
        last_90_days as (
            partition by onchain_daily.symbol
            order by onchain_daily.as_of_date
            range between interval 89 days preceding and current row
        ),
        last_30_days as (
            partition by onchain_daily.symbol
            order by onchain_daily.as_of_date
            range between interval 29 days preceding and current row
        )

)

select
    members.as_of_date,
    members.symbol,
    members.asset_class,
    case when statement_values.book_equity > 0 then statement_values.book_equity end
    / priced.market_cap_usd as book_to_market,
    statement_values.net_income_ttm / priced.market_cap_usd as earnings_to_price,
    statement_values.revenue_ttm / priced.market_cap_usd as sales_to_price,
    statement_values.operating_cash_flow_ttm / priced.market_cap_usd as cashflow_to_price,
    priced.market_cap_usd / nullif(onchain.mean_transfer_value, 0)
        as network_value_to_transactions,
    priced.market_cap_usd / nullif(onchain.mean_active_addresses, 0)
        as market_cap_per_active_address,
    priced.long_run_reversal

from {{ ref('cross_section_members') }} as members

inner join priced
    on
        members.symbol = priced.symbol
        and members.as_of_date = priced.as_of_date

left join {{ ref('statement_values') }} as statement_values
    on
        members.as_of_date = statement_values.as_of_date
        and members.symbol = statement_values.symbol

left join onchain
    on
        members.symbol = onchain.symbol
        and members.session_date = onchain.as_of_date
        and members.asset_class = 'crypto'
