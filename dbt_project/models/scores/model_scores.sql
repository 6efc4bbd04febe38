{# Out-of-sample scores: every fold scores only dates after all it learned from had ended. The #}
{# ensemble is the mean of its members' scores, each standardized within its cross-section. #}
with

trained as (

    select
        unnested.as_of_date,
        unnested.symbol,
        unnested.asset_class,
        unnested.model,
        unnested.model_score,
        unnested.fold_id

    from (
        select
            model_fits.asset_class,
            model_fits.model,
            model_fits.fold_id,
            -- No alias: it becomes one column per field.
            {{ rows_of('model_fits.scores') }}  -- noqa: AL03

        from {{ ref('model_fits') }} as model_fits
    ) as unnested

),

-- One prediction for all is no opinion, nor is one far off any rank: a fit that ran away.
means as (

    select
        trained.as_of_date,
        trained.asset_class,
        trained.model,
        max(abs(trained.model_score)) as extent,
        {{ exact_sum('case when abs(trained.model_score) < 1e6 then trained.model_score end') }}
        / count(*) as mean_score

    from trained

    where {{ is_ensemble_member('trained.model') }}

    group by trained.as_of_date, trained.asset_class, trained.model

    having
        min(trained.model_score) < max(trained.model_score)
        and max(abs(trained.model_score)) < 1e6

),

centered as (

    select
        trained.as_of_date,
        trained.symbol,
        trained.asset_class,
        trained.model,
        trained.fold_id,
        (trained.model_score - means.mean_score) / means.extent as deviation

    from trained

    inner join means
        on
            trained.as_of_date = means.as_of_date
            and trained.asset_class = means.asset_class
            and trained.model = means.model

),

spreads as (

    select
        centered.as_of_date,
        centered.asset_class,
        centered.model,
        sqrt({{ exact_sum('centered.deviation * centered.deviation') }} / count(*)) as deviation_std

    from centered

    group by centered.as_of_date, centered.asset_class, centered.model

),

-- A spread of rounding errors is no opinion either.
ensemble as (

    select
        centered.as_of_date,
        centered.symbol,
        centered.asset_class,
        'ensemble' as model,
        {{ exact_sum('centered.deviation / spreads.deviation_std') }} / count(*) as model_score,
        min(centered.fold_id) as fold_id

    from centered

    inner join spreads
        on
            centered.as_of_date = spreads.as_of_date
            and centered.asset_class = spreads.asset_class
            and centered.model = spreads.model
            and spreads.deviation_std > 1e-12

    group by centered.as_of_date, centered.symbol, centered.asset_class

)

select * from trained

union all

select * from ensemble
