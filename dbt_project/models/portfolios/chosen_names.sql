{{ config(schema='construction') }}
{# Who is chosen for each leg: the best (short: the worst) names by score. With a buffer, a name #}
{# once chosen stays on the following dates for as long as its place is within the hold #}
{# fraction: of each unbroken run of dates within reach, the part from the first entry on. #}
with

selections as (

    select distinct
        strategy_legs.selection_no,
        strategy_legs.score_name,
        strategy_legs.asset_class,
        strategy_legs.leg,
        strategy_legs.rebalance,
        strategy_legs.dates_class,
        strategy_legs.top_fraction,
        strategy_legs.hold_fraction

    from {{ ref('strategy_legs') }} as strategy_legs

),

schedule_dates as (

    select distinct
        strategy_legs.rebalance,
        strategy_legs.dates_class,
        rebalances.as_of_date

    from {{ ref('rebalances') }} as rebalances

    inner join {{ ref('strategy_legs') }} as strategy_legs
        on rebalances.strategy = strategy_legs.strategy

),

-- The newest day follows upon the last scheduled one, whether it is scheduled or not.
numbered_dates as (

    select
        schedule_dates.*,
        row_number() over (
            partition by schedule_dates.rebalance, schedule_dates.dates_class
            order by schedule_dates.as_of_date
        ) as date_no

    from schedule_dates

),

-- Whom an update kept behind a buffer: who was chosen stays, as if entering on the next date.
kept_choices as (

    select
        kept.selection_no,
        kept.symbol,
        numbered_dates.date_no

    from {{ kept_rows(
        {'as_of_date': 'date', 'selection_no': 'bigint', 'symbol': 'string'},
    ) }} as kept

    inner join selections
        on kept.selection_no = selections.selection_no and selections.hold_fraction is not null

    inner join numbered_dates
        on
            selections.rebalance = numbered_dates.rebalance
            and selections.dates_class = numbered_dates.dates_class
            and kept.as_of_date = numbered_dates.as_of_date

),

-- 1e-9: 0.29 x 100 is 29 names, though its floating-point product is below.
within_reach as (

    select
        selections.selection_no,
        numbered_dates.as_of_date,
        numbered_dates.date_no,
        candidates.symbol,
        candidates.score,
        candidates.score_rank,
        candidates.n_candidates,
        selections.hold_fraction is not null as is_buffered,
        case selections.leg
            when 'long' then candidates.score_rank
            else candidates.n_candidates - candidates.score_rank + 1
        end
        <= floor(candidates.n_candidates * selections.top_fraction + 1e-9)
        or kept_choices.symbol is not null as is_entering

    from selections

    inner join numbered_dates
        on
            selections.rebalance = numbered_dates.rebalance
            and selections.dates_class = numbered_dates.dates_class

    inner join {{ ref('candidates') }} as candidates
        on
            selections.score_name = candidates.score_name
            and selections.asset_class = candidates.asset_class
            and numbered_dates.as_of_date = candidates.as_of_date

    left join kept_choices
        on
            selections.selection_no = kept_choices.selection_no
            and candidates.symbol = kept_choices.symbol
            and numbered_dates.date_no - 1 = kept_choices.date_no

    where
        numbered_dates.as_of_date >= {{ first_renewed_day() }}
        and case selections.leg
            when 'long' then candidates.score_rank
            else candidates.n_candidates - candidates.score_rank + 1
        end
        <= floor(
            candidates.n_candidates * coalesce(selections.hold_fraction, selections.top_fraction)
            + 1e-9
        )

),

-- Dates that follow upon each other keep their distance to their count: they share a run.
runs as (

    select
        within_reach.*,
        within_reach.date_no
        - row_number() over (
            partition by within_reach.selection_no, within_reach.symbol
            order by within_reach.date_no
        ) as run_no

    from within_reach

    where within_reach.is_buffered

),

buffered as (

    select
        runs.*,
        bool_or(runs.is_entering) over (
            partition by runs.selection_no, runs.symbol, runs.run_no
            order by runs.date_no
            rows between unbounded preceding and current row
        ) as has_entered

    from runs

)

{% for source, condition in [
    ('within_reach', 'not within_reach.is_buffered'),
    ('buffered', 'buffered.has_entered'),
] %}

    select
        {{ source }}.as_of_date,
        {{ source }}.selection_no,
        {{ source }}.symbol,
        {{ source }}.score,
        {{ source }}.score_rank,
        {{ source }}.n_candidates

    from {{ source }}

    where {{ condition }}

    {% if not loop.last %}union all{% endif %}

{% endfor %}
