{# When each strategy decides: its own month or week ends, and the newest day for today's signals. #}
{# Mixed books decide on the equities' dates. #}
select distinct
    strategies.strategy,
    factor_dates.as_of_date,
    case strategies.rebalance
        when 'weekly' then factor_dates.is_week_end
        else factor_dates.is_month_end
    end as is_scheduled,
    factor_dates.is_newest,
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

where
    factor_dates.is_newest
    or case strategies.rebalance
        when 'weekly' then factor_dates.is_week_end
        else factor_dates.is_month_end
    end
