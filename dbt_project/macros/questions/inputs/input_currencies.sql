{# The CTE `currencies`: those that prices or statements are in, and the days they are read for. #}
{% macro input_currencies() -%}
currencies as (

    select
        money.currency,
        min(money.from_date) as from_date,
        max(money.to_date) as to_date

    from (
        select
            spans.currency,
            spans.from_date,
            spans.as_of_date as to_date

        from spans

        where spans.has_bars

        union all

        select
            {{ major_currency('fundamentals.currency') }} as currency,
            spans.as_of_date as from_date,
            spans.as_of_date as to_date

        from fundamentals

        inner join spans on fundamentals.symbol = spans.symbol

        union all

        select
            spans.currency,
            spans.as_of_date as from_date,
            spans.as_of_date as to_date

        from spans

        union all

        select
            '{{ var("base_currency") }}' as currency,
            spans.from_date,
            spans.as_of_date as to_date

        from spans
    ) as money

    where money.currency <> 'USD'

    group by money.currency

)
{%- endmacro %}
