{# What to do today: each strategy's newest choice against what its book holds at the same close. #}
{# Names nearer to their desired weight than the no-trade band stay as they are. Turnover is half #}
{# the sum of |desired - current| over the others; above the strategy's cap all steps shrink by #}
{# cap / turnover, but for the first build. Units are what aum_usd of the strategy comes to. A #}
{# strategy that has lost all it had by its newest day is closed and has no signals. #}
with

wanted as (

    select
        desired_weights.as_of_date,
        desired_weights.strategy,
        desired_weights.symbol,
        desired_weights.desired_weight

    from {{ ref('desired_weights') }} as desired_weights

    inner join {{ ref('rebalances') }} as rebalances
        on
            desired_weights.strategy = rebalances.strategy
            and desired_weights.as_of_date = rebalances.as_of_date

    left join {{ ref('ruins') }} as ruins
        on
            desired_weights.strategy = ruins.strategy
            and desired_weights.as_of_date >= ruins.ruin_date

    where rebalances.is_newest and ruins.strategy is null

),

joined as (

    select
        coalesce(wanted.as_of_date, live_books.as_of_date) as as_of_date,
        coalesce(wanted.strategy, live_books.strategy) as strategy,
        coalesce(wanted.symbol, live_books.symbol) as symbol,
        coalesce(wanted.desired_weight, 0) as desired_weight,
        coalesce(live_books.current_weight, 0) as current_weight

    from wanted

    full outer join {{ ref('live_books') }} as live_books
        on wanted.strategy = live_books.strategy and wanted.symbol = live_books.symbol

),

ordered as (

    select
        joined.*,
        strategies.aum_usd,
        strategies.score as score_name,
        strategies.turnover_cap,
        -- A name that is entered, left or turned around is always traded.
        coalesce(
            joined.desired_weight * joined.current_weight > 0
            and abs(joined.desired_weight - joined.current_weight) < strategies.no_trade_band,
            false
        ) as is_within_band

    from joined

    inner join {{ ref('strategies') }} as strategies on joined.strategy = strategies.strategy

),

scaled as (

    select
        ordered.*,
        coalesce(
            case
                when sum(abs(ordered.current_weight)) over book > 0
                    then least(
                        1,
                        ordered.turnover_cap
                        / nullif(
                            sum(
                                case
                                    when not ordered.is_within_band
                                        then
                                            abs(ordered.desired_weight - ordered.current_weight)
                                    else 0
                                end
                            ) over book
                            / 2,
                            0
                        )
                    )
            end,
            1
        ) as step_scale

    from ordered

    window book as (partition by ordered.strategy)

),

targeted as (

    select
        scaled.*,
        case
            when scaled.is_within_band then scaled.current_weight
            when scaled.step_scale = 1 then scaled.desired_weight
            else
                scaled.current_weight
                + scaled.step_scale * (scaled.desired_weight - scaled.current_weight)
        end as target_weight

    from scaled

)

select
    targeted.as_of_date,
    targeted.strategy,
    targeted.symbol,
    assets.asset_class,
    candidates.score_rank as rank,
    candidates.score,
    targeted.desired_weight,
    targeted.target_weight,
    targeted.current_weight,
    targeted.target_weight - targeted.current_weight as trade_weight,
    case
        when targeted.target_weight - targeted.current_weight > 1e-9 then 'buy'
        when targeted.target_weight - targeted.current_weight < -1e-9 then 'sell'
        else 'hold'
    end as signal,
    rebalances.is_scheduled,
    live_prices.currency,
    live_prices.price_date,
    live_prices.close_local,
    live_prices.close,
    live_prices.close_usd,
    targeted.aum_usd,
    targeted.current_weight * targeted.aum_usd / live_prices.close_usd as current_units,
    targeted.target_weight * targeted.aum_usd / live_prices.close_usd as target_units,
    (targeted.target_weight - targeted.current_weight) * targeted.aum_usd / live_prices.close_usd
        as trade_units,
    live_prices.has_bar_today

from targeted

inner join {{ ref('assets') }} as assets on targeted.symbol = assets.symbol

inner join {{ ref('rebalances') }} as rebalances
    on
        targeted.strategy = rebalances.strategy
        and targeted.as_of_date = rebalances.as_of_date

left join {{ ref('live_prices') }} as live_prices
    on
        targeted.as_of_date = live_prices.as_of_date
        and targeted.symbol = live_prices.symbol

left join {{ ref('candidates') }} as candidates
    on
        targeted.score_name = candidates.score_name
        and targeted.as_of_date = candidates.as_of_date
        and assets.asset_class = candidates.asset_class
        and targeted.symbol = candidates.symbol
