-- The trades in whole lots. Towards zero where money is spent or a short is opened; away from zero
-- where a long is cut, so that sales pay for purchases; a name that is left goes whole. What no
-- longer fits the cash (a sale too small, or impossible today) is taken off all purchases alike.
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

funded as (

    select
        large_enough.*,
        large_enough.order_units > 0 and large_enough.current_units >= 0 as is_purchase,
        greatest(
            least(0, large_enough.nav_usd * (1 - sum(large_enough.wanted_weight) over book))
            - large_enough.cash_usd
            + coalesce(sum(large_enough.order_units * large_enough.close_usd) over book, 0),
            0
        ) as shortage_usd,
        sum(
            case
                when large_enough.order_units > 0 and large_enough.current_units >= 0
                    then large_enough.order_units * large_enough.close_usd
                else 0
            end
        ) over book as purchases_usd

    from large_enough

    window book as (partition by large_enough.strategy)

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

)

select
    traded.as_of_date,
    traded.strategy,
    traded.is_scheduled,
    traded.symbol,
    traded.asset_class,
    case
        when traded.trade_units > 0 then 'buy'
        when traded.trade_units < 0 then 'sell'
        else 'hold'
    end as signal,
    traded.current_units,
    traded.trade_units,
    traded.current_units + traded.trade_units as units_after,
    traded.currency,
    traded.price_date,
    traded.close_local,
    traded.close_usd,
    traded.current_usd,
    coalesce(traded.trade_units * traded.close_usd, 0) as trade_usd,
    (traded.current_units + traded.trade_units) * traded.close_usd as usd_after,
    traded.current_weight,
    traded.wanted_weight as target_weight,
    (traded.current_units + traded.trade_units) * traded.close_usd / traded.nav_usd
        as weight_after,
    abs(traded.trade_units) * traded.close_usd / nullif(traded.mean_dollar_volume_usd, 0)
        as share_of_daily_volume,
    traded.cash_usd,
    traded.nav_usd,
    nullif(
        concat_ws(
            '; ',
            case
                when not traded.is_known then 'unknown symbol: not valued, left alone'
                when traded.close_usd is null then 'no price in US dollars: not valued, left alone'
                when not traded.has_bar_today
                    then
                        'not tradable today: last bar '
                        || coalesce(cast(traded.price_date as varchar), 'never')
            end,
            case
                when traded.is_too_small and traded.lot_units <> 0
                    then 'order below ' || cast(traded.min_notional_usd as varchar) || ' USD'
            end,
            case
                when traded.afforded_units < traded.order_units then 'cut to what the cash allows'
            end,
            case
                when
                    abs(traded.trade_units) * traded.close_usd
                    > traded.participation_cap * traded.mean_dollar_volume_usd
                    then
                        'takes '
                        || cast(
                            cast(
                                ceil(
                                    abs(traded.trade_units)
                                    * traded.close_usd
                                    / (traded.participation_cap * traded.mean_dollar_volume_usd)
                                ) as bigint
                            ) as varchar
                        )
                        || ' sessions under participation_cap'
            end
        ),
        ''
    ) as note

from traded

order by
    traded.strategy asc,
    abs(coalesce(traded.trade_units * traded.close_usd, 0)) desc,
    traded.symbol asc
