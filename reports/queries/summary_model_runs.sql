-- Fits that failed or were skipped and why, and what the others said of themselves; those that
-- differ in nothing but numbers together, the highest of these as the example.
with

said as (

    select
        model_runs.asset_class,
        model_runs.status,
        model_runs.model,
        model_runs.fold_id,
        coalesce(model_runs.reason, 'no reason given') as words

    from scores.model_runs as model_runs

    where model_runs.status <> 'fitted'

    union all

    select
        model_runs.asset_class,
        model_runs.status,
        model_runs.model,
        model_runs.fold_id,
        unnest(string_split(model_runs.notes, '; ')) as words

    from scores.model_runs as model_runs

    where model_runs.status = 'fitted'

)

select
    said.asset_class,
    said.status,
    count(*) as n_fits,
    count(distinct said.words) as n_sentences,
    list(distinct said.model order by said.model) as models,
    count(distinct said.fold_id) as n_folds,
    min(said.fold_id) as first_fold,
    max(said.fold_id) as last_fold,
    arg_max(
        said.words, coalesce(try_cast(regexp_extract(said.words, '[0-9]+') as bigint), 0)
    ) as example

from said

group by said.asset_class, said.status, regexp_replace(said.words, '[0-9]+', '#', 'g')

order by
    case said.status when 'failed' then 1 when 'skipped' then 2 else 3 end asc,
    said.asset_class desc,
    n_fits desc,
    example asc
