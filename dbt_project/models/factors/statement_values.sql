{# Statement items as known on each factor date, in US dollars at the day's exchange rate. #}
{# Stocks are the newest value (_year_ago: as known now of a year before), flows (_ttm) four #}
{# consecutive quarters or else the newest year. #}
{%- set stocks = ['book_equity', 'total_assets', 'total_liabilities'] -%}
{%- set flows = [
    'net_income', 'revenue', 'gross_profit', 'operating_cash_flow', 'cost_of_goods_sold',
    'sga_expense', 'interest_expense',
] -%}
{%- set expenses = ['cost_of_goods_sold', 'sga_expense', 'interest_expense'] -%}
with

members as (

    select * from {{ ref('cross_section_members') }}

    where asset_class = 'equity'

),

-- What is known on a date is looked up by the number of the date: to look through all that was
-- ever known of a name takes twice as long.
dates as (

    select
        members.as_of_date,
        row_number() over (order by members.as_of_date) as date_no

    from members

    group by members.as_of_date

),

days as (

    select versions.known_from as known_day

    from {{ ref('fundamentals_known') }} as versions

    union distinct

    select versions.known_to as known_day

    from {{ ref('fundamentals_known') }} as versions

),

counted_days as (

    select
        days.known_day,
        count(dates.date_no) as n_dates_before

    from days

    left join dates on days.known_day > dates.as_of_date

    group by days.known_day

),

known_on_dates as (

    select
        fundamentals_known.*,
        {{ items_of(
            numbers_between('first_days.n_dates_before + 1', 'last_days.n_dates_before')
        ) }} as date_no

    from {{ ref('fundamentals_known') }} as fundamentals_known

    inner join counted_days as first_days on fundamentals_known.known_from = first_days.known_day

    inner join counted_days as last_days on fundamentals_known.known_to = last_days.known_day

),

known as (

    select
        members.as_of_date,
        members.symbol,
        members.asset_class,
        fundamentals_known.metric,
        case
            when
                members.as_of_date
                <= {{ add_months(
                    'fundamentals_known.period_end_date', var('max_statement_age_months')
                ) }}
                then fundamentals_known.last_value * last_rate.usd_per_unit
        end as last_value_usd,
        case
            when
                members.as_of_date
                <= {{ add_months(
                    'fundamentals_known.period_end_date', var('max_statement_age_months')
                ) }}
                then fundamentals_known.year_ago_value * last_rate.usd_per_unit
        end as year_ago_value_usd,
        case
            when
                members.as_of_date
                <= {{ add_months(
                    'fundamentals_known.ttm_end_date', var('max_statement_age_months')
                ) }}
                then fundamentals_known.ttm_value * ttm_rate.usd_per_unit
        end as ttm_value_usd

    from members

    inner join dates on members.as_of_date = dates.as_of_date

    inner join known_on_dates as fundamentals_known
        on
            members.symbol = fundamentals_known.symbol
            and dates.date_no = fundamentals_known.date_no

    left join {{ ref('fx_daily') }} as last_rate
        on
            fundamentals_known.currency = last_rate.currency
            and members.as_of_date = last_rate.rate_date

    left join {{ ref('fx_daily') }} as ttm_rate
        on
            fundamentals_known.ttm_currency = ttm_rate.currency
            and members.as_of_date = ttm_rate.rate_date

),

pivoted as (

    select
        known.as_of_date,
        known.symbol,
        known.asset_class,
        {% for metric in stocks %}
            max(case when known.metric = '{{ metric }}' then known.last_value_usd end)
                as {{ metric }},
        {% endfor %}
        max(case when known.metric = 'total_assets' then known.year_ago_value_usd end)
            as total_assets_year_ago,
        {% for metric in expenses %}
            max(case when known.metric = '{{ metric }}' then known.last_value_usd end) is not null
                as has_{{ metric }},
        {% endfor %}
        {% for metric in flows %}
            max(case when known.metric = '{{ metric }}' then known.ttm_value_usd end)
                as {{ metric }}_ttm{% if not loop.last %},{% endif %}
        {% endfor %}

    from known

    group by known.as_of_date, known.symbol, known.asset_class

)

select * from pivoted
