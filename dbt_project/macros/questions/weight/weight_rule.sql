{# The CTEs `ruin_items`, since when the book is lost; and `rule_items`, how the weight was #}
{# traded. #}
{% macro weight_rule() -%}
ruin as (

    select ruins.ruin_date

    from portfolios.ruins as ruins

    where
        ruins.strategy = strategy
        and ruins.ruin_date <= (
            select coalesce(max(stood.trade_date), max(asked_decision.as_of_date))

            from asked_decision

            left join stood on true
        )

),

ruin_items as (

    {{ explained_items('rule', 'portfolios.ruins', 'ruin', 'ruin_date', [
        {
            'name': 'ruin_date',
            'is_text': true,
            'unit': 'date; the book lost all it had, nothing is traded after it',
        },
    ]) }}

),

rule_rows as (

    select
        traded.* exclude (mean_dollar_volume_usd, aum_usd),
        case when traded.participation_cap is not null then traded.mean_dollar_volume_usd end
            as mean_dollar_volume_usd,
        case when traded.participation_cap is not null then traded.aum_usd end as aum_usd,
        row_number() over (order by traded.trade_date) as place

    from explain_book(day, strategy) as traded

    where traded.symbol = symbol

),

rule_items as (

    {{ explained_items('rule', 'construction.book_paths', 'rule_rows', 'trade_date', [
        {'name': 'trade_date', 'is_text': true, 'unit': 'date'},
        {'name': 'prior_weight', 'unit': 'fraction of NAV after the trade before'},
        {'name': 'growth', 'unit': 'worth now / then, in units of cash'},
        {'name': 'carry_fee', 'unit': 'fraction of NAV'},
        {'name': 'book_value', 'unit': 'NAV now / after the trade before, in units of cash'},
        {'name': 'weight_before', 'unit': 'fraction of NAV'},
        {'name': 'desired_weight', 'unit': 'fraction of NAV'},
        {'name': 'can_trade', 'is_text': true, 'unit': 'has a bar that day'},
        {'name': 'is_gone', 'is_text': true, 'unit': 'delisted'},
        {'name': 'no_trade_band', 'unit': 'fraction of NAV'},
        {'name': 'is_within_band', 'is_text': true, 'unit': 'then left alone'},
        {'name': 'gross_before', 'unit': 'fraction of NAV, whole book'},
        {'name': 'wanted_turnover', 'unit': 'half the sum of |desired - before|, whole book'},
        {'name': 'turnover_cap', 'unit': 'fraction of NAV'},
        {'name': 'scale', 'unit': 'least(1, cap / wanted_turnover), 1 for an empty book'},
        {'name': 'participation_cap', 'unit': 'share of the daily volume'},
        {'name': 'mean_dollar_volume_usd', 'unit': 'US dollars a day'},
        {'name': 'aum_usd', 'unit': 'US dollars'},
        {'name': 'largest_trade', 'unit': 'participation_cap x volume / aum_usd'},
        {'name': 'target_weight', 'unit': 'before + scale x (desired - before)'},
        {'name': 'weight_after', 'unit': 'fraction of NAV'},
    ], place='place') }}

)
{%- endmacro %}
