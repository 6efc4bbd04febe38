-- Slope of the realized rank on the predicted one, with its error clustered by month, and the mean
-- of realized less predicted, of every model that forecasts, over all its test months.
select
    model_diagnostics.asset_class,
    model_diagnostics.model,
    model_diagnostics.calibration_slope as slope,
    model_diagnostics.calibration_slope_se as slope_se,
    model_diagnostics.mean_residual,
    model_metrics.n_dates,
    model_metrics.test_start_date as first_date,
    model_metrics.test_end_date as last_date

from scores.model_diagnostics as model_diagnostics

inner join scores.model_metrics as model_metrics
    on
        model_diagnostics.model = model_metrics.model
        and model_diagnostics.asset_class = model_metrics.asset_class
        and model_metrics.is_overall

where
    model_diagnostics.bin = 0
    and model_diagnostics.mean_residual is not null

order by model_diagnostics.asset_class desc, model_diagnostics.model asc
