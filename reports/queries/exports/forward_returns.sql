-- What came after each month end, of every member of an asset class's cross-section.
select
    forward_returns.as_of_date as date,
    forward_returns.symbol as asset,
    forward_returns.horizon,
    forward_returns.fwd_ret

from labels.forward_returns as forward_returns

where
    forward_returns.asset_class = $asset_class
    and forward_returns.as_of_date in (
        select factor_dates.as_of_date

        from factors.factor_dates as factor_dates

        where factor_dates.is_month_end and factor_dates.asset_class = $asset_class
    )

order by date, asset, forward_returns.horizon
