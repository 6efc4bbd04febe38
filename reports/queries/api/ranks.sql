-- Every name by every score (factors, composites, models) as strategies choose by it: of the newest
-- day of each score, or of all between two days. 1 is best; ties as in construction.candidates.
with

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

    inner join factors.factor_registry as factor_registry
        on
            factor_values.factor = factor_registry.factor
            and factor_values.asset_class = factor_registry.asset_class

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

),

known as (

    select scored.*

    from scored

    where
        scored.score is not null
        and scored.as_of_date <= coalesce(cast($as_of as date), scored.as_of_date)
        and scored.as_of_date >= coalesce(cast($start as date), scored.as_of_date)
        and scored.as_of_date <= coalesce(cast($end as date), scored.as_of_date)
        and coalesce(list_contains(cast($score as varchar[]), scored.score_name), true)
        and scored.asset_class = coalesce(cast($asset_class as varchar), scored.asset_class)

),

newest as (

    select
        known.score_name,
        known.asset_class,
        max(known.as_of_date) as as_of_date

    from known

    group by all

),

wanted as (

    select known.*

    from known

    inner join newest
        on
            known.score_name = newest.score_name
            and known.asset_class = newest.asset_class
            and known.as_of_date >= case
                when coalesce(cast($start as date), cast($end as date)) is null
                    then newest.as_of_date
                else known.as_of_date
            end

),

ranked as (

    select
        wanted.*,
        row_number() over (
            partition by wanted.as_of_date, wanted.score_name, wanted.asset_class
            order by wanted.score desc, wanted.tie_break desc, wanted.symbol asc
        ) as score_rank,
        count(*) over (
            partition by wanted.as_of_date, wanted.score_name, wanted.asset_class
        ) as n_candidates

    from wanted

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
