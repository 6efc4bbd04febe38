{# Liquidity: what a dollar of trading moves the price, mean of |ret_1d| / dollar volume over a #}
{# month, Amihud (2002); ln(mean dollar volume), Brennan, Chordia and Subrahmanyam (1998). #}
with

measured as (

    select
        windows.as_of_date,
        windows.symbol,
        windows.asset_class,
        windows.amihud_1m,
        case when windows.mean_dollar_volume_3m > 0 then ln(windows.mean_dollar_volume_3m) end
            as dollar_volume_3m

    from {{ ref('past_windows') }} as windows

)

select
    measured.as_of_date,
    measured.symbol,
    measured.asset_class
    {{- factor_columns('liquidity', 'measured') }}

from measured
