{# The CTEs `landed_fundamentals` and `dated_fundamentals`: the rows of raw.fundamentals about #}
{# the asked names, and the day on which each version was known. #}
{% macro input_statements() -%}
{%- set months = var('max_statement_age_months') + 18 -%}
landed_fundamentals as (

    select
        fundamentals.*,
        names.symbol as asset_symbol,
        names.asset_class,
        names.as_of_date,
        names.session_date,
        fundamentals.load_id = min(fundamentals.load_id) over version as is_first,
        fundamentals.load_id = max(fundamentals.load_id) over version as is_newest,
        names.symbol_rank = min(names.symbol_rank) over period as is_of_newest_symbol,
        {{ add_days(
            'fundamentals.period_end_date',
            by_asset_class(var('publication_lag_days'), 'fundamentals.frequency'),
        ) }} as assumed_on_date

    from raw.fundamentals as fundamentals

    inner join names
        on
            fundamentals.symbol = names.landed_symbol
            and fundamentals.period_end_date >= names.name_from_date
            and fundamentals.period_end_date < names.name_to_date

    where
        {{ is_known('fundamentals.observed_at') }}
        and fundamentals.metric in (select needs.item from needs)
        and fundamentals.period_end_date <= names.as_of_date
        and fundamentals.period_end_date > {{ add_months('names.as_of_date', -months) }}
        and (
            fundamentals.frequency <> 'day'
            or fundamentals.period_end_date > {{ add_days('names.as_of_date', -366) }}
        )

    window
        version as (
            partition by
                names.symbol,
                fundamentals.metric,
                fundamentals.period_end_date,
                fundamentals.frequency,
                fundamentals.published_at
        ),
        period as (
            partition by names.symbol, fundamentals.metric, fundamentals.period_end_date
        )

),

dated_fundamentals as (

    select
        landed_fundamentals.*,
        case
            when landed_fundamentals.published_at is not null
                then cast(landed_fundamentals.published_at as date)
            when landed_fundamentals.is_first then landed_fundamentals.assumed_on_date
            else
                greatest(
                    landed_fundamentals.assumed_on_date,
                    cast(landed_fundamentals.observed_at as date)
                )
        end as known_on_date

    from landed_fundamentals

    where
        landed_fundamentals.is_of_newest_symbol
        and (landed_fundamentals.is_newest or landed_fundamentals.published_at is null)

)
{%- endmacro %}
