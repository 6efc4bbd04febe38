{# Bars whose close has repeated the one before on zero volume for too many bars, this one included: #}
{# the run is counted up to the day itself. #}
with

-- Only a name with so many bars of zero volume can have such a run.
quiet_names as (

    select stg_prices.symbol

    from {{ ref('stg_raw__prices') }} as stg_prices

    where stg_prices.volume = 0

    group by stg_prices.symbol

    having count(*) > {{ var('max_unchanged_sessions') }}

),

unchanged as (

    select
        judged_bars.symbol,
        judged_bars.bar_date,
        judged_bars.occurrence,
        row_number() over bars as bar_no,
        judged_bars.volume = 0
        and judged_bars.close = lag(judged_bars.close) over bars as is_unchanged

    from {{ ref('judged_bars') }} as judged_bars

    inner join quiet_names on judged_bars.symbol = quiet_names.symbol

    where judged_bars.static_reason is null

    window bars as (
        partition by judged_bars.symbol
        order by judged_bars.bar_date, judged_bars.occurrence
    )

),

counted as (

    select
        unchanged.*,
        unchanged.bar_no - max(
            case when not coalesce(unchanged.is_unchanged, false) then unchanged.bar_no end
        ) over (
            partition by unchanged.symbol
            order by unchanged.bar_no
            rows between unbounded preceding and current row
        ) as n_unchanged

    from unchanged

)

select
    counted.symbol,
    counted.bar_date,
    counted.occurrence

from counted

where counted.n_unchanged > {{ var('max_unchanged_sessions') }}
