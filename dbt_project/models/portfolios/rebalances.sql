{{ config(schema='construction') }}
{# When each strategy decides: its sessions, or the last of its weeks, months or quarters, and #}
{# the newest day for today's signals. Mixed books decide on the equities' dates. #}
with

dates as (

    select distinct
        strategies.strategy,
        factor_dates.as_of_date,
        case strategies.rebalance
            when 'daily' then true
            when 'weekly' then factor_dates.is_week_end
            when 'monthly' then factor_dates.is_month_end
            when 'quarterly'
                then
                    factor_dates.is_month_end
                    and extract(month from factor_dates.as_of_date) in (3, 6, 9, 12)
        end as is_scheduled,
        factor_dates.as_of_date = max(factor_dates.as_of_date) over (
            partition by strategies.strategy
        ) as is_newest,
        {{ by_asset_class({
            'equity': "'" ~ var('calendars').equity ~ "'",
            'crypto': "'" ~ var('calendars').crypto ~ "'",
            'both': "'" ~ var('calendars').both ~ "'",
        }, 'strategies.asset_class') }} as calendar

    from {{ ref('strategies') }} as strategies

    inner join {{ ref('factor_dates') }} as factor_dates
        on
            factor_dates.asset_class
            = case strategies.asset_class when 'both' then 'equity' else strategies.asset_class end

)

select *

from dates

where is_scheduled or is_newest
