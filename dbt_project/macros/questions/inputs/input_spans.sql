{# The CTEs `spans`, the days of each name that are read; and `names`, the same under every symbol #}
{# that its rows landed under. #}
{% macro input_spans() -%}
-- From the last bar at or before the first session of the window: what a gap there carries.
spans as (

    select
        asked.symbol,
        asked.asset_class,
        asked.currency,
        asked.as_of_date,
        asked.session_date,
        coalesce(
            max(
                case
                    when
                        history.session_no <= asked.session_no - reaches.n_bars
                        and not history.is_stale
                        then history.as_of_date
                end
            ),
            min(history.as_of_date)
        ) as from_date,
        min(
            case
                when history.session_no > asked.session_no - reaches.n_market
                    then history.as_of_date
            end
        ) as market_from_date,
        bool_or(reaches.n_bars is not null) as has_bars

    from asked

    inner join reaches on asked.asset_class = reaches.asset_class

    inner join prepared.prices_daily as history
        on
            asked.symbol = history.symbol
            and asked.listing_no = history.listing_no
            and asked.session_no >= history.session_no

    where symbol is null or history.symbol = symbol

    group by all

),

-- When the asset's rows landed under which symbol.
names as (

    select
        spans.*,
        spans.symbol as landed_symbol,
        cast('0001-01-01' as date) as name_from_date,
        cast('9999-12-31' as date) as name_to_date,
        0 as symbol_rank

    from spans

    union all

    select
        spans.*,
        symbol_changes.old_symbol as landed_symbol,
        symbol_changes.from_date as name_from_date,
        symbol_changes.change_date as name_to_date,
        symbol_changes.symbol_rank

    from spans

    inner join staging.stg_raw__symbol_changes as symbol_changes
        on spans.symbol = symbol_changes.symbol

)
{%- endmacro %}
