-- The trades in whole lots. Towards zero where money is spent or a short is opened; away from zero
-- where a long is cut, so that sales pay for purchases; a name that is left goes whole. What no
-- longer fits the cash (costs, a sale too small or impossible today) is taken off all purchases
-- alike: cash falls below 0 no further than it is, or than the strategy's desired weights have it.
with

stepped as (

    select
        signals_steps.*,
        (signals_steps.wanted_weight - signals_steps.current_weight)
        * signals_steps.nav_usd
        / signals_steps.close_usd as step_units,
        signals_steps.wanted_weight * signals_steps.nav_usd / signals_steps.close_usd
            as wanted_units,
        signals_steps.has_bar_today and signals_steps.close_usd > 0 as can_trade

    from temp.signals_steps as signals_steps

),

-- A millionth of a lot is rounding of the arithmetic, not an order.
rounded as (

    select
        stepped.*,
        case
            when not stepped.can_trade then 0
            when stepped.wanted_weight = 0 then -stepped.current_units
            when stepped.wanted_units * stepped.current_units < 0
                then
                    -stepped.current_units
                    + sign(stepped.wanted_units)
                    * round(floor(abs(stepped.wanted_units) / stepped.lot + 1e-6) * stepped.lot, 12)
            when stepped.current_units > 0 and stepped.step_units < 0
                then
                    -least(
                        stepped.current_units,
                        round(ceil(abs(stepped.step_units) / stepped.lot - 1e-6) * stepped.lot, 12)
                    )
            else
                sign(stepped.step_units)
                * round(floor(abs(stepped.step_units) / stepped.lot + 1e-6) * stepped.lot, 12)
        end as lot_units

    from stepped

),

large_enough as (

    select
        rounded.*,
        abs(rounded.lot_units) * rounded.close_usd < rounded.min_notional_usd as is_too_small,
        case
            when abs(rounded.lot_units) * rounded.close_usd < rounded.min_notional_usd then 0
            else coalesce(rounded.lot_units, 0)
        end as order_units

    from rounded

),

costed as (

    select
        large_enough.*,
        coalesce(abs(large_enough.order_units) * large_enough.close_usd, 0) as order_usd

    from large_enough

),

funded as (

    select
        costed.*,
        costed.order_units > 0 and costed.current_units >= 0 as is_purchase,
        greatest(
            least(
                0,
                costed.cash_usd,
                costed.nav_usd * (1 - sum(costed.desired_weight) over book)
            )
            - costed.cash_usd
            + sum(
                sign(costed.order_units) * costed.order_usd
                + costed.order_usd
                * (
                    costed.linear_cost_bps
                    + costed.half_power * sqrt(costed.order_usd)
                    + costed.full_power * costed.order_usd
                    + costed.three_fifths_power * power(costed.order_usd, 0.6)
                )
                / 10000
            ) over book,
            0
        ) as shortage_usd,
        sum(
            case
                when costed.order_units > 0 and costed.current_units >= 0 then costed.order_usd
                else 0
            end
        ) over book as purchases_usd

    from costed

    window book as (partition by costed.strategy)

),

afforded as (

    select
        funded.*,
        case
            when funded.is_purchase and funded.shortage_usd > 1e-6
                then
                    round(
                        floor(
                            funded.order_units
                            * greatest(1 - funded.shortage_usd / funded.purchases_usd, 0)
                            / funded.lot
                        )
                        * funded.lot,
                        12
                    )
            else funded.order_units
        end as afforded_units

    from funded

),

traded as (

    select
        afforded.*,
        case
            when abs(afforded.afforded_units) * afforded.close_usd < afforded.min_notional_usd
                then 0
            else afforded.afforded_units
        end as trade_units

    from afforded

),

worth as (

    select
        traded.*,
        coalesce(traded.trade_units * traded.close_usd, 0) as trade_usd

    from traded

)

select
    worth.as_of_date,
    worth.strategy,
    worth.is_scheduled,
    worth.symbol,
    worth.asset_class,
    case
        when worth.trade_units > 0 then 'buy'
        when worth.trade_units < 0 then 'sell'
        else 'hold'
    end as signal,
    worth.current_units,
    worth.trade_units,
    worth.current_units + worth.trade_units as units_after,
    worth.currency,
    worth.price_date,
    worth.close_local,
    worth.close_usd,
    worth.current_usd,
    worth.trade_usd,
    abs(worth.trade_usd)
    * (
        worth.linear_cost_bps
        + worth.half_power * sqrt(abs(worth.trade_usd))
        + worth.full_power * abs(worth.trade_usd)
        + worth.three_fifths_power * power(abs(worth.trade_usd), 0.6)
    )
    / 10000 as cost_usd,
    (worth.current_units + worth.trade_units) * worth.close_usd as usd_after,
    worth.current_weight,
    worth.wanted_weight as target_weight,
    (worth.current_units + worth.trade_units) * worth.close_usd / worth.nav_usd
        as weight_after,
    abs(worth.trade_usd) / nullif(worth.mean_dollar_volume_usd, 0)
        as share_of_daily_volume,
    worth.cash_usd,
    worth.nav_usd,
    nullif(
        concat_ws(
            '; ',
            case
                when not worth.is_known then 'unknown symbol: not valued, left alone'
                when worth.close_usd is null then 'no price in US dollars: not valued, left alone'
                when not worth.has_bar_today
                    then
                        'not tradable today: last bar '
                        || coalesce(cast(worth.price_date as varchar), 'never')
            end,
            case
                when worth.is_too_small and worth.lot_units <> 0
                    then 'order below ' || cast(worth.min_notional_usd as varchar) || ' USD'
            end,
            case
                when worth.is_purchase and worth.afforded_units < 0.99 * worth.order_units
                    then 'cut to what the cash allows'
            end,
            case
                when
                    abs(worth.trade_usd) > worth.participation_cap * worth.mean_dollar_volume_usd
                    then
                        'takes '
                        || cast(
                            cast(
                                ceil(
                                    abs(worth.trade_usd)
                                    / (worth.participation_cap * worth.mean_dollar_volume_usd)
                                ) as bigint
                            ) as varchar
                        )
                        || ' sessions under participation_cap'
            end
        ),
        ''
    ) as note

from worth

order by
    worth.strategy asc,
    abs(worth.trade_usd) desc,
    worth.symbol asc
