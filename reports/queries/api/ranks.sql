-- Every name by every score (factors, composites, models) as strategies choose by it: of the newest
-- day, or of all between two. 1 is best; ties as in construction.candidates.
with

class_days as (

    select distinct
        factor_dates.asset_class,
        factor_dates.as_of_date

    from factors.factor_dates as factor_dates

    where
        factor_dates.asset_class = coalesce(cast($asset_class as varchar), factor_dates.asset_class)
        and factor_dates.as_of_date <= coalesce(cast($as_of as date), factor_dates.as_of_date)
        and factor_dates.as_of_date >= coalesce(cast($start as date), factor_dates.as_of_date)
        and factor_dates.as_of_date <= coalesce(cast($end as date), factor_dates.as_of_date)

),

days as (

    select class_days.*

    from class_days

    qualify
        coalesce(cast($start as date), cast($end as date)) is not null
        or class_days.as_of_date
        = max(class_days.as_of_date) over (partition by class_days.asset_class)

),

known_models as (

    select distinct
        model_scores.model,
        model_scores.asset_class,
        model_scores.as_of_date

    from scores.model_scores as model_scores

    where
        model_scores.asset_class = coalesce(cast($asset_class as varchar), model_scores.asset_class)
        and model_scores.as_of_date <= coalesce(cast($as_of as date), model_scores.as_of_date)
        and model_scores.as_of_date >= coalesce(cast($start as date), model_scores.as_of_date)
        and model_scores.as_of_date <= coalesce(cast($end as date), model_scores.as_of_date)
        and coalesce(list_contains(cast($score as varchar[]), model_scores.model), true)

),

model_days as (

    select known_models.*

    from known_models

    qualify
        coalesce(cast($start as date), cast($end as date)) is not null
        or known_models.as_of_date
        = max(known_models.as_of_date) over (
            partition by known_models.model, known_models.asset_class
        )

),

scored as (

    select
        factor_values.as_of_date,
        factor_values.factor as score_name,
        factor_values.asset_class,
        factor_values.symbol,
        factor_registry.direction * (factor_values.rank_pct - 0.5) as score,
        factor_registry.direction * factor_values.raw_value as tie_break,
        factor_values.raw_value,
        factor_values.z_score,
        factor_values.rank_pct

    from factors.factor_values as factor_values

    inner join days
        on
            factor_values.asset_class = days.asset_class
            and factor_values.as_of_date = days.as_of_date

    inner join factors.factor_registry as factor_registry
        on
            factor_values.factor = factor_registry.factor
            and factor_values.asset_class = factor_registry.asset_class

    where coalesce(list_contains(cast($score as varchar[]), factor_values.factor), true)

    union all

    select
        composite_values.as_of_date,
        composite_values.composite as score_name,
        composite_values.asset_class,
        composite_values.symbol,
        composite_values.composite_value as score,
        0 as tie_break,
        null as raw_value,
        null as z_score,
        null as rank_pct

    from factors.composite_values as composite_values

    inner join days
        on
            composite_values.asset_class = days.asset_class
            and composite_values.as_of_date = days.as_of_date

    where coalesce(list_contains(cast($score as varchar[]), composite_values.composite), true)

    union all

    select
        model_scores.as_of_date,
        model_scores.model as score_name,
        model_scores.asset_class,
        model_scores.symbol,
        model_scores.model_score as score,
        0 as tie_break,
        null as raw_value,
        null as z_score,
        null as rank_pct

    from scores.model_scores as model_scores

    inner join model_days
        on
            model_scores.model = model_days.model
            and model_scores.asset_class = model_days.asset_class
            and model_scores.as_of_date = model_days.as_of_date

),

ranked as (

    select
        scored.*,
        row_number() over (
            partition by scored.as_of_date, scored.score_name, scored.asset_class
            order by scored.score desc, scored.tie_break desc, scored.symbol asc
        ) as score_rank,
        count(*) over (
            partition by scored.as_of_date, scored.score_name, scored.asset_class
        ) as n_candidates

    from scored

    where scored.score is not null

)

select
    ranked.as_of_date,
    ranked.score_name,
    ranked.asset_class,
    ranked.symbol,
    assets.name,
    assets.sector,
    ranked.score_rank,
    ranked.n_candidates,
    ranked.score,
    ranked.raw_value,
    ranked.z_score,
    ranked.rank_pct

from ranked

left join prepared.assets as assets on ranked.symbol = assets.symbol

where coalesce(list_contains(cast($symbol as varchar[]), ranked.symbol), true)

order by
    ranked.score_name,
    ranked.asset_class,
    ranked.as_of_date,
    ranked.score_rank
