-- The weight each name is to stand at after today's trades, as signals.live_signals has it for the
-- model's own book: names within the no-trade band stay; above the turnover cap all other steps
-- shrink by cap / turnover, but for the first build.
with

ordered as (

    select
        signals_books.*,
        strategies.turnover_cap,
        strategies.participation_cap,
        signals_books.current_usd / signals_books.nav_usd as current_weight,
        coalesce(
            signals_books.desired_weight * signals_books.current_usd > 0
            and abs(
                signals_books.desired_weight - signals_books.current_usd / signals_books.nav_usd
            )
            < strategies.no_trade_band,
            false
        ) as is_within_band

    from temp.signals_books as signals_books

    inner join seeds.strategies as strategies on signals_books.strategy = strategies.strategy

),

turned_over as (

    select
        ordered.*,
        sum(abs(ordered.current_usd)) over book as held_usd,
        sum(
            case
                when not ordered.is_within_band
                    then abs(ordered.desired_weight - ordered.current_weight)
                else 0
            end
        ) over book
        / 2 as turnover

    from ordered

    window book as (partition by ordered.strategy)

),

scaled as (

    select
        turned_over.*,
        case
            when turned_over.held_usd > 0 and turned_over.turnover > turned_over.turnover_cap
                then turned_over.turnover_cap / turned_over.turnover
            else 1
        end as step_scale

    from turned_over

)

select
    scaled.*,  -- noqa: AM04
    case
        when scaled.is_within_band then scaled.current_weight
        when scaled.step_scale = 1 then scaled.desired_weight
        else
            scaled.current_weight
            + scaled.step_scale * (scaled.desired_weight - scaled.current_weight)
    end as wanted_weight

from scaled
