{# explain_book(day, strategy): the trade of a decision, name by name. #}
{# weight_before = prior_weight x growth / book_value, #}
{# book_value = 1 + sum (prior_weight x (growth - 1) - carry_fee) over the book, #}
{# scale = least(1, turnover_cap / wanted_turnover), #}
{# target = before + scale x (desired - before), or before within the band, #}
{# after = target, or as near as largest_trade lets it. #}
{% macro explain_book() -%}
with

{{ asked_decision() }},

book as (

    select
        books.*,
        decision.as_of_date

    from construction.books as books

    inner join decision on books.strategy = decision.strategy

    where decision.is_scheduled

),

steps as (

    select
        book_steps.step_no,
        book_steps.trade_date,
        book_steps.is_decision,
        prior_steps.trade_date as prior_trade_date

    from construction.book_steps as book_steps

    inner join book
        on
            book_steps.schedule_no = book.schedule_no
            and book_steps.as_of_date = book.as_of_date

    left join construction.book_steps as prior_steps
        on
            book_steps.schedule_no = prior_steps.schedule_no
            and book_steps.step_no = prior_steps.step_no + 1

),

paths as (

    select book_paths.*

    from construction.book_paths as book_paths

    inner join book on book_paths.strategy_no = book.strategy_no

    where
        book_paths.step_no >= (select min(steps.step_no) - 1 from steps)
        and book_paths.step_no <= (select max(steps.step_no) from steps)

),

wanted as (

    select
        orders.asset_no,
        orders.desired_weight

    from construction.orders as orders

    inner join book on orders.strategy_no = book.strategy_no

    where orders.step_no = (select steps.step_no from steps where steps.is_decision)

),

-- The step that set the scale: the first on which a name of the decision traded. Later ones show
-- who traded late, or the rest of an order.
first_traded as (

    select
        coalesce(
            min(case when paths.is_executed and steps.step_no is not null then paths.step_no end),
            min(steps.step_no)
        ) as step_no

    from steps

    left join paths on steps.step_no = paths.step_no

),

names as (

    select
        first_traded.step_no,
        wanted.asset_no

    from wanted

    cross join first_traded

    union

    select
        paths.step_no,
        paths.asset_no

    from paths

    cross join first_traded

    where
        paths.step_no = first_traded.step_no
        or (paths.step_no > first_traded.step_no and paths.is_executed)

    union

    -- What was held until then, and is delisted now.
    select
        first_traded.step_no,
        paths.asset_no

    from paths

    inner join first_traded on paths.step_no + 1 = first_traded.step_no

    where paths.weight_after <> 0

),

joined as (

    select
        steps.trade_date,
        steps.is_decision,
        names.step_no,
        names.asset_no,
        book_assets.symbol,
        book_assets.asset_class,
        coalesce(prior.weight_after, 0) as prior_weight,
        now_worth.discounted_worth / then_worth.discounted_worth as growth,
        coalesce(
            abs(prior.units)
            * (now_worth.carried - then_worth.carried)
            * {{ carry_fee_ann('prior.units', "book_assets.asset_class = 'crypto'", 'book') }},
            0
        ) as carry_fee,
        coalesce(paths.weight_before, 0) as weight_before,
        coalesce(wanted.desired_weight, 0) as desired_weight,
        coalesce(now_worth.is_gone or now_worth.is_delisted, true) as is_gone,
        coalesce(
            now_worth.has_bar and now_worth.orders_before_date > book.as_of_date,
            false
        ) as can_trade,
        book.turnover_cap,
        book.no_trade_band,
        book.participation_cap,
        book.aum_usd,
        order_volumes.mean_dollar_volume_usd,
        book.participation_cap * order_volumes.mean_dollar_volume_usd / book.aum_usd
            as largest_trade,
        coalesce(paths.unfilled_target_weight, paths.weight_after, 0) as target_weight,
        coalesce(paths.weight_after, 0) as weight_after,
        coalesce(paths.is_executed, false) as is_executed

    from names

    cross join book

    inner join steps on names.step_no = steps.step_no

    inner join construction.book_assets as book_assets on names.asset_no = book_assets.asset_no

    left join paths on names.step_no = paths.step_no and names.asset_no = paths.asset_no

    left join paths as prior
        on names.step_no = prior.step_no + 1 and names.asset_no = prior.asset_no

    left join wanted on names.asset_no = wanted.asset_no

    left join construction.unit_values as now_worth
        on
            names.asset_no = now_worth.asset_no
            and steps.trade_date = now_worth.calendar_date

    left join construction.unit_values as then_worth
        on
            names.asset_no = then_worth.asset_no
            and steps.prior_trade_date = then_worth.calendar_date

    left join construction.order_volumes as order_volumes
        on
            names.asset_no = order_volumes.asset_no
            and book.as_of_date = order_volumes.as_of_date

),

banded as (

    select
        joined.*,
        coalesce(
            joined.weight_before * joined.desired_weight > 0
            and abs(joined.desired_weight - joined.weight_before) < joined.no_trade_band,
            false
        ) as is_within_band

    from joined

),

summed as (

    select
        first_traded.step_no as scale_step_no,
        1 + sum(
            case
                when banded.prior_weight <> 0
                    then banded.prior_weight * (banded.growth - 1) - banded.carry_fee
                else 0
            end
        ) as book_value,
        sum(case when banded.is_gone then 0 else abs(banded.weight_before) end) as gross_before,
        sum(
            case
                when not banded.is_gone and not banded.is_within_band
                    then abs(banded.desired_weight - banded.weight_before)
                else 0
            end
        )
        / 2 as wanted_turnover

    from banded

    inner join first_traded on banded.step_no = first_traded.step_no

    group by first_traded.step_no

)

select
    book.as_of_date,
    book.strategy,
    banded.trade_date,
    banded.is_decision,
    banded.symbol,
    banded.asset_class,
    banded.prior_weight,
    case when banded.prior_weight <> 0 then banded.growth end as growth,
    banded.carry_fee,
    case when banded.step_no = summed.scale_step_no then summed.book_value end as book_value,
    banded.weight_before,
    banded.desired_weight,
    banded.is_gone,
    banded.can_trade,
    banded.no_trade_band,
    banded.is_within_band,
    summed.gross_before,
    summed.wanted_turnover,
    banded.turnover_cap,
    case
        when summed.gross_before = 0 then 1
        else coalesce(least(1, banded.turnover_cap / nullif(summed.wanted_turnover, 0)), 1)
    end as scale,
    banded.participation_cap,
    banded.mean_dollar_volume_usd,
    banded.aum_usd,
    banded.largest_trade,
    case when banded.is_executed then banded.target_weight end as target_weight,
    banded.weight_after,
    banded.is_executed

from banded

cross join book

cross join summed
{%- endmacro %}
