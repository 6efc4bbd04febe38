{# What became of each fit: whether it was made and, where not, why; and with what it was made. #}
select
    model_fits.model,
    model_fits.fold_id,
    model_fits.asset_class,
    model_fits.fold_end_date,
    model_fits.status,
    model_fits.reason,
    model_fits.notes,
    model_fits.seed,
    model_fits.parameters,
    model_fits.n_tried,
    model_fits.versions,
    model_fits.fingerprint as data_fingerprint,
    model_fits.seconds,
    model_fits.n_train,
    model_fits.n_test

from {{ ref('model_fits') }} as model_fits
