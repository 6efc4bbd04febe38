{# The CTE `fundamentals`: the rows of raw.fundamentals that were known by then. #}
{% macro input_fundamentals() -%}
fundamentals as (

    select
        'raw.fundamentals' as relation,
        dated.asset_symbol as symbol,
        dated.metric as item,
        dated.period_end_date as row_date,
        dated.value,
        case when dated.symbol <> dated.asset_symbol then dated.symbol end as value_text,
        dated.currency,
        dated.frequency,
        dated.published_at,
        dated.known_on_date,
        dated.load_id,
        dated.source,
        dated.observed_at

    from dated_fundamentals as dated

    inner join (
        select
            needs.asset_class,
            needs.kind,
            needs.item,
            max(needs.n) as n

        from needs

        group by needs.asset_class, needs.kind, needs.item
    ) as metrics
        on
            dated.asset_class = metrics.asset_class
            and dated.metric = metrics.item
            and metrics.kind = case dated.frequency when 'day' then 'daily' else 'statement' end

    where
        dated.known_on_date <= dated.as_of_date
        and (
            metrics.kind = 'statement'
            or dated.known_on_date > {{ add_days('dated.session_date', '-metrics.n') }}
        )

)
{%- endmacro %}
