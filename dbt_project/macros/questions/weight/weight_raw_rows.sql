{# The CTE `raw_items`: of bars those at the ends of the windows, of daily series the newest #}
{# row, of all else every row. #}
{% macro weight_raw_rows() -%}
shown_rows as (

    select *

    from raw_rows

    where
        raw_rows.relation <> 'raw.prices'
        or (
            raw_rows.set_aside is null
            and raw_rows.row_date in (select end_rows.bar_date from end_rows)
        )

    qualify
        not (
            coalesce(raw_rows.frequency = 'day', false)
            or raw_rows.relation in ('raw.fx_rates', 'prepared.market_returns')
        )
        or row_number() over (
            partition by raw_rows.relation, raw_rows.item, raw_rows.currency
            order by raw_rows.row_date desc, raw_rows.load_id desc
        ) = 1

),

raw_items as (

    select
        case when shown_rows.load_id is null then 'input' else 'raw' end as stage,
        shown_rows.item,
        shown_rows.value,
        coalesce(
            shown_rows.value_text,
            concat_ws(
                ', ',
                shown_rows.frequency,
                case
                    when shown_rows.published_at is not null
                        then concat('published ', cast(shown_rows.published_at as varchar))
                end,
                case
                    when shown_rows.known_on_date <> shown_rows.row_date
                        then concat('known on ', shown_rows.known_on_date)
                end
            )
        ) as value_text,
        coalesce(
            shown_rows.currency,
            case shown_rows.item when 'split' then 'new shares per old' end,
            case when shown_rows.value is not null then 'as reported' end
        ) as unit,
        shown_rows.row_date as as_of_date,
        shown_rows.relation,
        shown_rows.load_id,
        shown_rows.source,
        shown_rows.observed_at

    from shown_rows

)
{%- endmacro %}
