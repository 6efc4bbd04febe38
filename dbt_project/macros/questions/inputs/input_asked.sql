{# The CTEs `dates`, the newest factor date of each venue at or before the day; and `asked`, the #}
{# names that are asked for, with their session then. #}
{% macro input_asked() -%}
dates as (

    select
        factor_dates.asset_class,
        factor_dates.venue,
        max_by(factor_dates.session_date, factor_dates.as_of_date) as session_date,
        max(factor_dates.as_of_date) as as_of_date

    from factors.factor_dates as factor_dates

    where factor_dates.as_of_date <= cast(day as date)

    group by factor_dates.asset_class, factor_dates.venue

),

asked as (

    select
        assets.symbol,
        assets.asset_class,
        assets.currency,
        dates.as_of_date,
        dates.session_date,
        prices_daily.listing_no,
        prices_daily.session_no

    from prepared.assets as assets

    inner join dates
        on assets.asset_class = dates.asset_class and assets.venue = dates.venue

    inner join prepared.prices_daily as prices_daily
        on
            assets.symbol = prices_daily.symbol
            and dates.session_date = prices_daily.as_of_date

    where
        case
            when symbol is null
                then
                    (assets.symbol, dates.as_of_date) in (
                        select
                            members.symbol,
                            members.as_of_date

                        from factors.cross_section_members as members
                    )
            else assets.symbol = symbol
        end

)
{%- endmacro %}
