{{ config(schema='construction') }}
{# Statement items as known at each end of June, up to the fiscal year that ended in the calendar #}
{# year before: that of the annual figures of filers that report any, else of the newest quarter. #}
{# A 52-53-week year that ends in January's first week is the year before's. #}
with

junes as (

    select
        calendar.date as formation_date,
        extract(year from calendar.date) as formation_year

    from {{ ref('fama_french_calendar') }} as calendar

    where calendar.formation_frequency = 'june' and calendar.is_formation

),

known as (

    select
        junes.formation_date,
        junes.formation_year,
        stg_fundamentals.symbol,
        stg_fundamentals.metric,
        stg_fundamentals.frequency,
        stg_fundamentals.period_end_date,
        stg_fundamentals.value as period_value,
        stg_fundamentals.currency

    from {{ ref('stg_raw__fundamentals') }} as stg_fundamentals

    inner join junes
        on
            stg_fundamentals.known_on_date <= junes.formation_date
            and extract(year from stg_fundamentals.period_end_date)
            between junes.formation_year - 3 and junes.formation_year

    where
        stg_fundamentals.frequency in ('quarter', 'year')
        and stg_fundamentals.metric in (
            'book_equity', 'total_assets', 'net_income', 'revenue', 'cost_of_goods_sold',
            'sga_expense', 'interest_expense'
        )
        and {{ is_finite('stg_fundamentals.value') }}

    qualify
        row_number() over (
            partition by
                junes.formation_date,
                stg_fundamentals.symbol,
                stg_fundamentals.metric,
                stg_fundamentals.frequency,
                stg_fundamentals.period_end_date
            order by
                stg_fundamentals.known_on_date desc,
                stg_fundamentals.load_id desc,
                stg_fundamentals.value asc
        ) = 1

),

-- 'year' sorts after 'quarter'.
filers as (

    select
        known.formation_date,
        known.formation_year,
        known.symbol,
        max(known.frequency) as fiscal_frequency

    from known

    group by known.formation_date, known.formation_year, known.symbol

),

fiscal_years as (

    select
        filers.formation_date,
        filers.symbol,
        filers.fiscal_frequency,
        max(known.period_end_date) as fiscal_year_end_date

    from filers

    inner join known
        on
            filers.formation_date = known.formation_date
            and filers.symbol = known.symbol
            and filers.fiscal_frequency = known.frequency
            and extract(year from {{ add_days('known.period_end_date', -7) }})
            = filers.formation_year - 1

    group by filers.formation_date, filers.symbol, filers.fiscal_frequency

),

aged as (

    select
        known.formation_date,
        known.symbol,
        known.metric,
        known.frequency,
        known.period_end_date,
        known.period_value,
        known.currency,
        fiscal_years.fiscal_year_end_date,
        known.frequency = fiscal_years.fiscal_frequency as is_fiscal_frequency,
        {{ days_between('known.period_end_date', 'fiscal_years.fiscal_year_end_date') }} as age_days

    from known

    inner join fiscal_years
        on
            known.formation_date = fiscal_years.formation_date
            and known.symbol = fiscal_years.symbol
            and known.period_end_date <= fiscal_years.fiscal_year_end_date

)

select * from aged
