{# The refits that were made: what each learned from and what it scored. A label of its last day #}
{# has ended once a name that stops trading that day is delisted for its silence, and the horizon #}
{# after that is over; sessions become days, with as long as a venue may stay closed on top. #}
{% set label_days = {} %}
{% for asset_class, horizon in var('walk_forward').horizon.items() %}
    {% set wait = var('execution_lag_sessions') * var('delisting_after_sessions')[asset_class] %}
    {% set days = (wait + horizon) * 366 / var('sessions')[asset_class].year %}
    {% do label_days.update(
        {asset_class: (days | round(0, 'ceil') | int) + var('max_carry_venue_days')}
    ) %}
{% endfor %}

select
    model_fits.model,
    model_fits.fold_id,
    model_fits.asset_class,
    model_fits.is_pooled,
    model_fits.fold_end_date,
    {{ add_days('model_fits.fold_end_date', by_asset_class(label_days, 'model_fits.asset_class')) }}
        as known_on_date,
    model_fits.train_start_date,
    model_fits.train_end_date,
    model_fits.train_label_end_date,
    model_fits.test_start_date,
    model_fits.test_end_date,
    model_fits.n_train,
    model_fits.n_train_months,
    model_fits.n_test,
    model_fits.tuned_in,
    model_fits.parameters

from {{ ref('model_fits') }} as model_fits

where model_fits.status = 'fitted'
