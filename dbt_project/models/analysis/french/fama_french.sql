{# Factor returns as in the library of Fama and French and in Liu, Tsyvinski and Wu (2022): high #}
{# minus low, each the mean of small and big; small minus big, each the mean of three; none on a #}
{# day on which one of the portfolios is empty. The market's is what it earns beyond cash. #}
{%- set portfolios = [
    ('small', 'low'), ('small', 'medium'), ('small', 'high'),
    ('big', 'low'), ('big', 'medium'), ('big', 'high'),
    ('all', 'low'), ('all', 'high'), ('all', 'all'),
] -%}
with

pivoted as (

    select
        portfolios.date,
        portfolios.asset_class,
        portfolios.sort,
        {% for size_group, characteristic_group in portfolios %}
            max(
                case
                    when
                        portfolios.size_group = '{{ size_group }}'
                        and portfolios.characteristic_group = '{{ characteristic_group }}'
                        then portfolios.return
                end
            ) as {{ size_group }}_{{ characteristic_group }}{% if not loop.last %},{% endif %}
        {% endfor %}

    from {{ ref('fama_french_portfolios') }} as portfolios

    group by portfolios.date, portfolios.asset_class, portfolios.sort

),

spreads as (

    select
        pivoted.date,
        pivoted.asset_class,
        pivoted.sort,
        coalesce(
            (pivoted.small_high + pivoted.big_high) / 2
            - (pivoted.small_low + pivoted.big_low) / 2,
            pivoted.all_high - pivoted.all_low
        ) as high_minus_low,
        (pivoted.small_low + pivoted.small_medium + pivoted.small_high) / 3
        - (pivoted.big_low + pivoted.big_medium + pivoted.big_high) / 3 as small_minus_big,
        pivoted.all_all as market_return,
        coalesce(portfolio_calendar.cash_return, 0) as cash_return

    from pivoted

    left join {{ ref('portfolio_calendar') }} as portfolio_calendar
        on
            portfolio_calendar.calendar
            = case pivoted.asset_class
                when 'crypto' then 'calendar_days'
                else 'equity_sessions'
            end
            and pivoted.date = portfolio_calendar.calendar_date

),

stacked as (

    select
        spreads.date,
        spreads.asset_class,
        sorts.portfolio,
        case
            when sorts.sort = 'market' then spreads.market_return - spreads.cash_return
            else sorts.direction * spreads.high_minus_low
        end as return

    from spreads

    inner join {{ ref('fama_french_sorts') }} as sorts
        on spreads.asset_class = sorts.asset_class and spreads.sort = sorts.sort

    union all

    select
        spreads.date,
        spreads.asset_class,
        'RF' as portfolio,
        spreads.cash_return as return

    from spreads

    where spreads.sort = 'market'

    union all

    select
        spreads.date,
        spreads.asset_class,
        'SMB_VALUE' as portfolio,
        spreads.small_minus_big as return

    from spreads

    where spreads.sort = 'book_to_market'

    union all

    select
        spreads.date,
        spreads.asset_class,
        'SMB' as portfolio,
        case when count(spreads.small_minus_big) = 3 then avg(spreads.small_minus_big) end
            as return

    from spreads

    where spreads.sort in ('book_to_market', 'profitability', 'investment')

    group by spreads.date, spreads.asset_class

)

select * from stacked

where return is not null
