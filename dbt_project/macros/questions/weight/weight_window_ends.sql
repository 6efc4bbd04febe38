{# The CTE `end_rows`: the prices where the windows of the factors begin and end; `end_items`: #}
{# the same as items. #}
{% macro weight_window_ends() -%}
window_ends as (

    select distinct listed.n_back

    from (
        values
        {%- for need in factor_needs() if need.kind == 'bars' and need.n is not none %}
            ('{{ need.name }}', '{{ need.asset_class }}', {{ need.n }}),
            ('{{ need.name }}', '{{ need.asset_class }}', {{ need.n_end }})
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    ) as listed (factor, asset_class, n_back)

    inner join score_factors
        on
            listed.factor = score_factors.factor
            and listed.asset_class = score_factors.asset_class

    union

    select 0 as n_back

),

end_rows as (

    select
        prices_daily.as_of_date,
        prices_daily.adj_close,
        prices_daily.is_stale,
        window_ends.n_back,
        max(case when not history.is_stale then history.as_of_date end) as bar_date

    from session

    cross join window_ends

    inner join prepared.prices_daily as prices_daily
        on
            session.listing_no = prices_daily.listing_no
            and session.session_no - window_ends.n_back = prices_daily.session_no

    inner join prepared.prices_daily as history
        on
            session.listing_no = history.listing_no
            and prices_daily.session_no >= history.session_no
            and prices_daily.session_no - {{ var('max_carry_sessions') }} <= history.session_no

    where prices_daily.symbol = symbol and history.symbol = symbol

    group by all

),

end_items as (

    select
        'input' as stage,
        concat('adj_close ', end_rows.n_back, ' sessions ago') as item,
        end_rows.adj_close as value,
        case when end_rows.is_stale then concat('carried from ', end_rows.bar_date) end
            as value_text,
        'base currency, total-return price' as unit,
        end_rows.as_of_date,
        'prepared.prices_daily' as relation,
        end_rows.n_back as place

    from end_rows

)
{%- endmacro %}
