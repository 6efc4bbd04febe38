{# Momentum. Jegadeesh and Titman (1993): the year's or half year's return without its last, #}
{# reversing month. Liu, Tsyvinski and Wu (2022): one to four weeks, none skipped. #}
{# George and Hwang (2004): the price as a share of the year's highest. #}
with

measured as (

    select
        windows.as_of_date,
        windows.symbol,
        windows.asset_class,
        windows.momentum_12_1,
        windows.momentum_6_1,
        windows.momentum_1w,
        windows.momentum_2w,
        windows.momentum_3w,
        windows.momentum_4w,
        windows.high_52w

    from {{ ref('past_windows') }} as windows

)

select
    measured.as_of_date,
    measured.symbol,
    measured.asset_class
    {{- factor_columns('momentum', 'measured') }}

from measured
