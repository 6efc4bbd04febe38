{{ config(schema='construction') }}
{# Every strategy as the engine keeps it: numbered, with its schedule and limits. Books of one #}
{# schedule decide and trade on the same dates; where orders may be left over, on every day. #}
with

calendars as (

    select
        rebalances.strategy,
        min(rebalances.calendar) as calendar

    from {{ ref('rebalances') }} as rebalances

    group by rebalances.strategy

),

keyed as (

    select
        strategies.*,
        calendars.calendar,
        concat(
            calendars.calendar,
            ', ',
            strategies.rebalance,
            case
                when strategies.asset_class = 'crypto' then ' for coins'
                else ' for equities'
            end,
            case when strategies.participation_cap is not null then ', every day' else '' end
        ) as schedule

    from {{ ref('strategies') }} as strategies

    inner join calendars on strategies.strategy = calendars.strategy

),

-- What a position costs to carry is the same over the tiers of liquidity.
carry_rates as (

    select
        cost_models.cost_model,
        {% for asset_class in ['equity', 'crypto'] %}
            {% for fee in ['borrow', 'funding'] %}
                max(
                    case
                        when cost_models.asset_class = '{{ asset_class }}'
                            then cost_models.{{ fee }}_bps_ann / 10000.0
                        else 0
                    end
                ) as {{ asset_class }}_{{ fee }}_ann
                {%- if not loop.last %},{% endif %}
            {% endfor %}
            {%- if not loop.last %},{% endif %}
        {% endfor %}

    from {{ ref('cost_models') }} as cost_models

    group by cost_models.cost_model

)

select
    keyed.strategy,
    cast(row_number() over (order by keyed.strategy) as integer) as strategy_no,
    cast(dense_rank() over (order by keyed.schedule) as integer) as schedule_no,
    keyed.schedule,
    keyed.calendar,
    keyed.cost_model,
    keyed.aum_usd,
    keyed.turnover_cap,
    keyed.no_trade_band,
    keyed.participation_cap,
    keyed.gross_long = 0 as is_cash,
    carry_rates.equity_borrow_ann,
    carry_rates.equity_funding_ann,
    carry_rates.crypto_borrow_ann,
    carry_rates.crypto_funding_ann

from keyed

inner join carry_rates on keyed.cost_model = carry_rates.cost_model
