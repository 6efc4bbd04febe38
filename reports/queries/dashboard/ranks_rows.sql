-- A page of the names that one score ranks on the newest day of their class, best first. A factor's
-- score is direction x (rank_pct - 0.5), as models read it; a composite's is its mean z-score. No
-- newest day is before $day.
with

newest as (

    select
        factor_dates.asset_class,
        max(factor_dates.as_of_date) as as_of_date

    from factors.factor_dates as factor_dates

    group by factor_dates.asset_class

),

scored as (

    select
        factor_values.as_of_date,
        factor_values.symbol,
        factor_values.asset_class,
        factor_registry.direction * (factor_values.rank_pct - 0.5) as score,
        factor_values.raw_value

    from factors.factor_values as factor_values

    inner join newest
        on
            factor_values.asset_class = newest.asset_class
            and factor_values.as_of_date = newest.as_of_date

    inner join factors.factor_registry as factor_registry
        on
            factor_values.factor = factor_registry.factor
            and factor_values.asset_class = factor_registry.asset_class

    where
        factor_values.factor = $score_name
        and factor_values.as_of_date >= cast($day as date)

    union all

    select
        composite_values.as_of_date,
        composite_values.symbol,
        composite_values.asset_class,
        composite_values.composite_value as score,
        null as raw_value

    from factors.composite_values as composite_values

    inner join newest
        on
            composite_values.asset_class = newest.asset_class
            and composite_values.as_of_date = newest.as_of_date

    where
        composite_values.composite = $score_name
        and composite_values.as_of_date >= cast($day as date)

    union all

    select
        model_scores.as_of_date,
        model_scores.symbol,
        model_scores.asset_class,
        model_scores.model_score as score,
        null as raw_value

    from scores.model_scores as model_scores

    inner join newest
        on
            model_scores.asset_class = newest.asset_class
            and model_scores.as_of_date = newest.as_of_date

    where
        model_scores.model = $score_name
        and model_scores.as_of_date >= cast($day as date)

),

ranked as (

    select
        scored.*,
        assets.name,
        assets.country,
        assets.sector,
        row_number() over (
            partition by scored.asset_class
            order by scored.score desc, scored.raw_value desc, scored.symbol asc
        ) as rank,
        count(*) over (partition by scored.asset_class) as n_ranked

    from scored

    inner join prepared.assets as assets on scored.symbol = assets.symbol

    where scored.score is not null

)

select
    ranked.as_of_date,
    ranked.rank,
    ranked.n_ranked,
    ranked.symbol,
    ranked.name,
    ranked.asset_class,
    ranked.country,
    ranked.sector,
    ranked.score,
    ranked.raw_value,
    count(*) over () as n_rows

from ranked

where
    (
        len(cast($asset_classes as varchar[])) = 0
        or list_contains(cast($asset_classes as varchar[]), ranked.asset_class)
    )
    and (
        len(cast($countries as varchar[])) = 0
        or list_contains(cast($countries as varchar[]), ranked.country)
    )
    and (
        len(cast($sectors as varchar[])) = 0
        or list_contains(cast($sectors as varchar[]), ranked.sector)
    )
    and (
        contains(lower(ranked.symbol), lower($text))
        or contains(lower(coalesce(ranked.name, '')), lower($text))
    )

order by ranked.rank, ranked.asset_class

limit $n_rows offset $first_row
