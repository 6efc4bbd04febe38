{{ config(schema='construction', tags=['sequential']) }}
{# Every book from step to step: drift, then the orders that can be executed, under its limits. #}
{# units u = weight after / h; a step later worth = u x h, V = 1 + sum (worth - weight after) #}
{# - fees (all in units of cash, which earns 0 there), weight before = worth / V. On a decision: #}
{# scale = min(1, turnover cap / half the sum of |desired - before|), 1 for an empty book; a name #}
{# goes to before + scale x (desired - before), or as near as its volume lets it, the rest later. #}
{# Asset 0 stands for the book itself, so that it goes on while it holds nothing. #}
{# Sequential: a step needs the one before it, so that more machines make it no faster. #}
{# A decision leaves nothing of the last one but what is held: a tail build starts before one. #}
with recursive starts as (

    select
        books.strategy_no,
        coalesce(
            max(
                case
                    when
                        book_steps.is_decision
                        and book_steps.trade_date < {{ first_renewed_day() }}
                        then book_steps.step_no - 1
                end
            ),
            0
        ) as step_no

    from {{ ref('books') }} as books

    left join {{ ref('book_steps') }} as book_steps on books.schedule_no = book_steps.schedule_no

    group by books.strategy_no

),

-- What a whole build opens with, and what a tail build keeps.
opening as (

    select
        starts.strategy_no,
        0 as asset_no,
        starts.step_no,
        cast(0 as double) as weight_after,
        cast(0 as double) as units,
        cast(0 as double) as carried

    from starts

    union all

    select
        kept.strategy_no,
        kept.asset_no,
        kept.step_no,
        kept.weight_after,
        kept.units,
        unit_values.carried

    from {{ kept_rows(
        {
            'strategy_no': 'integer',
            'asset_no': 'integer',
            'step_no': 'integer',
            'trade_date': 'date',
            'weight_after': 'double',
            'units': 'double',
        },
    ) }} as kept

    inner join starts
        on kept.strategy_no = starts.strategy_no and kept.step_no = starts.step_no

    left join {{ ref('unit_values') }} as unit_values
        on kept.asset_no = unit_values.asset_no and kept.trade_date = unit_values.calendar_date

    where kept.weight_after <> 0

),

path as (

    select
        opening.strategy_no,
        opening.asset_no,
        opening.step_no,
        cast(null as date) as trade_date,
        cast(0 as double) as weight_before,
        opening.weight_after,
        opening.units,
        opening.carried,
        cast(0 as double) as desired_weight,
        cast(null as double) as scale,
        cast(null as double) as target_weight,
        false as is_pending,
        false as is_executed

    from opening

    union all

    (
        with

        held as (

            select
                path.strategy_no,
                path.asset_no,
                path.step_no + 1 as step_no,
                path.weight_after,
                path.units,
                path.carried,
                path.desired_weight,
                path.scale,
                path.target_weight,
                path.is_pending

            from path

            where path.weight_after <> 0 or path.is_pending or path.asset_no = 0

        ),

        ordered as (

            select orders.*

            from {{ ref('orders') }} as orders

            inner join path
                on
                    orders.strategy_no = path.strategy_no
                    and orders.step_no = path.step_no + 1
                    and path.asset_no = 0

        ),

        -- Narrow: all of them are kept from step to step.
        worths as (

            select
                unit_values.asset_no,
                unit_values.calendar_date,
                unit_values.asset_class = 'crypto' as is_crypto,
                unit_values.discounted_worth,
                unit_values.carried,
                unit_values.is_gone or unit_values.is_delisted as is_gone,
                case when unit_values.has_bar then unit_values.orders_before_date end
                    as orders_before_date

            from {{ ref('unit_values') }} as unit_values

        ),

        -- What is held or still to be traded, and what is newly wanted.
        joined as (

            select
                coalesce(held.strategy_no, orders.strategy_no) as strategy_no,
                coalesce(held.asset_no, orders.asset_no) as asset_no,
                coalesce(held.step_no, orders.step_no) as step_no,
                coalesce(held.weight_after, 0) as opening_weight,
                coalesce(held.units, 0) as units,
                coalesce(held.carried, 0) as carried,
                coalesce(orders.desired_weight, 0) as newly_desired_weight,
                coalesce(held.desired_weight, 0) as earlier_desired_weight,
                held.scale as earlier_scale,
                held.target_weight as earlier_target_weight,
                coalesce(held.is_pending, false) as was_pending

            from held

            full outer join ordered as orders
                on held.strategy_no = orders.strategy_no and held.asset_no = orders.asset_no

        ),

        valued as materialized (

            select
                joined.strategy_no,
                joined.asset_no,
                joined.step_no,
                joined.opening_weight,
                joined.units * coalesce(worths.discounted_worth, 0) as worth,
                abs(joined.units)
                * (coalesce(worths.carried, 0) - joined.carried)
                * {{ carry_fee_ann('joined.units', 'worths.is_crypto', 'books') }} as fees,
                coalesce(worths.is_gone, false) as is_gone,
                worths.discounted_worth,
                worths.carried,
                books.turnover_cap,
                books.no_trade_band,
                books.participation_cap
                * order_volumes.mean_dollar_volume_usd
                / books.aum_usd as largest_trade,
                book_steps.is_decision,
                book_steps.trade_date,
                case
                    when book_steps.is_decision then joined.newly_desired_weight
                    else joined.earlier_desired_weight
                end as desired_weight,
                joined.earlier_scale,
                case when not book_steps.is_decision then joined.earlier_target_weight end
                    as earlier_target_weight,
                case
                    when coalesce(worths.is_gone, true) then false
                    when book_steps.is_decision
                        then joined.opening_weight <> 0 or joined.newly_desired_weight <> 0
                    else joined.was_pending
                end as is_pending,
                coalesce(worths.orders_before_date > book_steps.as_of_date, false) as can_trade

            from joined

            inner join {{ ref('books') }} as books on joined.strategy_no = books.strategy_no

            inner join {{ ref('book_steps') }} as book_steps
                on
                    books.schedule_no = book_steps.schedule_no
                    and joined.step_no = book_steps.step_no

            left join worths
                on
                    joined.asset_no = worths.asset_no
                    and book_steps.trade_date = worths.calendar_date

            left join {{ ref('order_volumes') }} as order_volumes
                on
                    case when books.participation_cap is null then -1 else joined.asset_no end
                    = order_volumes.asset_no
                    and book_steps.as_of_date = order_volumes.as_of_date

        ),

        book_values as (

            select
                valued.strategy_no,
                greatest(1 + sum(valued.worth - valued.opening_weight - valued.fees), 0)
                    as book_value,
                sum(case when valued.is_gone then 0 else abs(valued.worth) end) as gross_value

            from valued

            group by valued.strategy_no

        ),

        -- A name within the band, held and still wanted, is left alone.
        drifted as (

            select
                valued.*,
                case
                    when valued.is_gone then 0
                    else coalesce(valued.worth / nullif(book_values.book_value, 0), 0)
                end as weight_before,
                book_values.gross_value,
                coalesce(
                    valued.worth * valued.desired_weight > 0
                    and abs(
                        valued.desired_weight
                        - valued.worth / nullif(book_values.book_value, 0)
                    )
                    < valued.no_trade_band,
                    false
                ) as is_within_band

            from valued

            inner join book_values on valued.strategy_no = book_values.strategy_no

        ),

        -- Set once for a decision, on the first step on which one of its names can trade.
        scales as (

            select
                drifted.strategy_no,
                case
                    when max(case when drifted.is_pending and drifted.can_trade then 1 end) is null
                        then null
                    when max(drifted.gross_value) = 0 then 1
                    else
                        coalesce(
                            least(
                                1,
                                max(drifted.turnover_cap)
                                / nullif(
                                    sum(
                                        case
                                            when drifted.is_pending and not drifted.is_within_band
                                                then
                                                    abs(
                                                        drifted.desired_weight
                                                        - drifted.weight_before
                                                    )
                                            else 0
                                        end
                                    )
                                    / 2,
                                    0
                                )
                            ),
                            1
                        )
                end as scale

            from drifted

            group by drifted.strategy_no

        ),

        scaled as (

            select
                drifted.*,
                case
                    when drifted.is_decision then scales.scale
                    else coalesce(drifted.earlier_scale, scales.scale)
                end as scale

            from drifted

            inner join scales on drifted.strategy_no = scales.strategy_no

        ),

        aimed as (

            select
                scaled.*,
                case
                    when not scaled.is_pending then null
                    when scaled.earlier_target_weight is not null then scaled.earlier_target_weight
                    when not scaled.can_trade then null
                    when scaled.is_within_band then scaled.weight_before
                    else
                        scaled.scale * scaled.desired_weight
                        + (1 - scaled.scale) * scaled.weight_before
                end as target_weight

            from scaled

        ),

        -- An order larger than its volume allows is filled up to there.
        filled as (

            select
                aimed.*,
                case
                    when aimed.target_weight is null or not aimed.can_trade then aimed.weight_before
                    when
                        abs(aimed.target_weight - aimed.weight_before) > aimed.largest_trade
                        then
                            aimed.weight_before
                            + sign(aimed.target_weight - aimed.weight_before)
                            * aimed.largest_trade
                    else aimed.target_weight
                end as weight_after

            from aimed

        )

        select
            filled.strategy_no,
            filled.asset_no,
            filled.step_no,
            filled.trade_date,
            filled.weight_before,
            filled.weight_after,
            case
                when filled.weight_after = 0 then 0
                else filled.weight_after / filled.discounted_worth
            end as units,
            coalesce(filled.carried, 0) as carried,
            filled.desired_weight,
            filled.scale,
            filled.target_weight,
            filled.is_pending
            and (not filled.can_trade or filled.weight_after <> filled.target_weight)
                as is_pending,
            filled.is_pending and filled.can_trade as is_executed

        from filled
    )

)

select
    path.strategy_no,
    path.asset_no,
    path.step_no,
    path.trade_date,
    path.weight_before,
    path.weight_after,
    path.units,
    case when path.weight_after <> path.target_weight then path.target_weight end
        as unfilled_target_weight,
    path.is_executed

from path

where
    path.trade_date is not null
    and path.asset_no > 0
    and (path.weight_before <> 0 or path.weight_after <> 0)
