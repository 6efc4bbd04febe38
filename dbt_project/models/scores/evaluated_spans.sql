{{ config(schema='construction') }}
{# What is judged: each model's folds, those of the ensemble (trained where its members were) and #}
{# of the untrained composite, and all folds of a class together. #}
with

of_folds as (

    select
        folds.model,
        folds.fold_id,
        folds.asset_class,
        folds.train_start_date,
        folds.train_end_date,
        folds.train_label_end_date,
        folds.test_start_date,
        folds.test_end_date,
        folds.known_on_date,
        folds.n_train,
        folds.parameters

    from {{ ref('folds') }} as folds

    union all

    select
        'ensemble' as model,
        folds.fold_id,
        folds.asset_class,
        min(folds.train_start_date) as train_start_date,
        max(folds.train_end_date) as train_end_date,
        max(folds.train_label_end_date) as train_label_end_date,
        min(folds.test_start_date) as test_start_date,
        max(folds.test_end_date) as test_end_date,
        max(folds.known_on_date) as known_on_date,
        max(folds.n_train) as n_train,
        cast(null as string) as parameters

    from {{ ref('folds') }} as folds

    where {{ is_ensemble_member('folds.model') }}

    group by folds.fold_id, folds.asset_class

    union all

    select
        'composite' as model,
        folds.fold_id,
        folds.asset_class,
        cast(null as date) as train_start_date,
        cast(null as date) as train_end_date,
        cast(null as date) as train_label_end_date,
        min(folds.test_start_date) as test_start_date,
        max(folds.test_end_date) as test_end_date,
        max(folds.known_on_date) as known_on_date,
        cast(null as bigint) as n_train,
        cast(null as string) as parameters

    from {{ ref('folds') }} as folds

    group by folds.fold_id, folds.asset_class

)

select
    of_folds.*,
    false as is_overall

from of_folds

union all

select
    of_folds.model,
    concat(of_folds.asset_class, '_all') as fold_id,
    of_folds.asset_class,
    min(of_folds.train_start_date) as train_start_date,
    max(of_folds.train_end_date) as train_end_date,
    max(of_folds.train_label_end_date) as train_label_end_date,
    min(of_folds.test_start_date) as test_start_date,
    max(of_folds.test_end_date) as test_end_date,
    max(of_folds.known_on_date) as known_on_date,
    cast(null as bigint) as n_train,
    cast(null as string) as parameters,
    true as is_overall

from of_folds

group by of_folds.model, of_folds.asset_class
