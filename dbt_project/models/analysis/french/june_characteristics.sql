{{ config(schema='construction') }}
{# What equities are sorted by at the end of June. Fama and French (1993, 2015): book equity of #}
{# the last fiscal year / cap of December, operating profit / book equity, growth of assets; #}
{# where a country tells no operating profit, return on equity (Hou, Xue and Zhang 2015). #}
{%- set expenses = ['cost_of_goods_sold', 'sga_expense', 'interest_expense'] -%}
with

eligible as (

    select
        size_groups.formation_date,
        size_groups.symbol,
        size_groups.country,
        formations.half_year_ago_date

    from {{ ref('fama_french_size_groups') }} as size_groups

    inner join {{ ref('fama_french_formations') }} as formations
        on
            size_groups.formation_frequency = formations.formation_frequency
            and size_groups.formation_date = formations.formation_date
            and size_groups.venue = formations.venue

    where size_groups.formation_frequency = 'june'

),

-- A company's currency is that of its book; what it tells in another is left out.
same_currency as (

    select *

    from {{ ref('fiscal_year_items') }}

    window company as (partition by formation_date, symbol)

    qualify
        currency is not distinct from coalesce(
            max(case when metric = 'book_equity' then currency end) over company,
            min(currency) over company
        )

),

pivoted as (

    select
        items.formation_date,
        items.symbol,
        max(items.currency) as currency,
        max(
            case
                when items.metric = 'book_equity' and items.fiscal_year_value > 0
                    then items.fiscal_year_value
            end
        ) as book_equity,
        max(case when items.metric = 'total_assets' then items.fiscal_year_value end)
            as total_assets,
        max(
            case
                when items.metric = 'total_assets' and items.prior_year_value > 0
                    then items.prior_year_value
            end
        ) as prior_total_assets,
        {% for expense in expenses %}
            count(case when items.metric = '{{ expense }}' then 1 end) > 0 as has_{{ expense }},
        {% endfor %}
        {% for flow in ['net_income', 'revenue'] + expenses %}
            max(case when items.metric = '{{ flow }}' then items.year_sum end)
                as {{ flow }}{% if not loop.last %},{% endif %}
        {% endfor %}

    from same_currency as items

    group by items.formation_date, items.symbol

),

-- Book equity and December's cap meet at the exchange rate of December.
measured as (

    select
        eligible.formation_date,
        eligible.symbol,
        eligible.country,
        pivoted.book_equity
        * fx_daily.usd_per_unit
        / case when december.market_cap_usd > 0 then december.market_cap_usd end
            as book_to_market,
        case
            when
                {% for expense in expenses %}
                    pivoted.{{ expense }} is not null{% if not loop.last %} or{% endif %}
                {% endfor %}
                then
                    (
                        pivoted.revenue
                        {% for expense in expenses %}
                            - coalesce(
                                pivoted.{{ expense }},
                                case when not pivoted.has_{{ expense }} then 0 end
                            )
                        {% endfor %}
                    )
                    / pivoted.book_equity
        end as operating_profitability,
        pivoted.net_income / pivoted.book_equity as return_on_equity,
        pivoted.total_assets / pivoted.prior_total_assets - 1 as asset_growth

    from eligible

    inner join pivoted
        on
            eligible.formation_date = pivoted.formation_date
            and eligible.symbol = pivoted.symbol

    left join {{ ref('prices_daily') }} as december
        on
            eligible.symbol = december.symbol
            and eligible.half_year_ago_date = december.as_of_date

    left join {{ ref('fx_daily') }} as fx_daily
        on
            pivoted.currency = fx_daily.currency
            and eligible.half_year_ago_date = fx_daily.rate_date

),

counted as (

    select
        measured.*,
        count(measured.operating_profitability) over (
            partition by measured.formation_date, measured.country
        ) = 0 as is_return_on_equity

    from measured

)

select
    counted.formation_date,
    counted.symbol,
    counted.book_to_market,
    counted.operating_profitability,
    counted.return_on_equity,
    counted.asset_growth,
    counted.is_return_on_equity

from counted
