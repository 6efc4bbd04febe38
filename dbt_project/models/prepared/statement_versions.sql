{# Statement items as known, on each stretch between two announcements: the four newest quarters #}
{# and years of each item and the one a year before the newest, in their newest version. #}
{# Periods that arrive one after the other are looked up by their number; others are ordered anew #}
{# at each announcement. #}
{%- set frequencies = ['quarter', 'year'] -%}
{%- set least_gap_days = 77 -%}
{%- set months_served = var('max_statement_age_months') + 18 -%}
with

items as (

    select
        stg_fundamentals.symbol,
        stg_fundamentals.metric,
        stg_fundamentals.frequency,
        stg_fundamentals.period_end_date,
        stg_fundamentals.known_on_date,
        stg_fundamentals.value,
        stg_fundamentals.currency,
        dense_rank() over periods as period_no,
        {{ days_between(
            'lag(stg_fundamentals.period_end_date) over periods',
            'stg_fundamentals.period_end_date'
        ) }} as days_after_previous,
        row_number() over versions = 1 as is_first_version,
        coalesce(
            lead(stg_fundamentals.known_on_date) over versions, cast('9999-12-31' as date)
        ) as superseded_on_date,
        {{ add_months(
            'stg_fundamentals.period_end_date', months_served
        ) }} as serves_until_date

    from {{ ref('stg_raw__fundamentals') }} as stg_fundamentals

    where
        stg_fundamentals.frequency in ('quarter', 'year')
        and {{ is_finite('stg_fundamentals.value') }}

    window
        periods as (
            partition by
                stg_fundamentals.symbol, stg_fundamentals.metric, stg_fundamentals.frequency
            order by stg_fundamentals.period_end_date
        ),
        versions as (
            partition by
                stg_fundamentals.symbol,
                stg_fundamentals.metric,
                stg_fundamentals.frequency,
                stg_fundamentals.period_end_date
            order by
                stg_fundamentals.known_on_date asc,
                stg_fundamentals.load_id asc,
                stg_fundamentals.value desc
        )

),

-- Five periods so far apart do not fit into the 380 days in which a year before is looked for, nor
-- two into its 30: at most one of the newest five is a year before.
crowded_items as (

    select distinct
        items.symbol,
        items.metric

    from items

    where items.days_after_previous between 1 and {{ least_gap_days - 1 }}

),

-- Of each frequency how many periods are known by then, and which is the newest.
history as (

    select
        items.symbol,
        items.metric,
        items.known_on_date as known_from,
        coalesce(lead(items.known_on_date) over announcements, cast('9999-12-31' as date))
            as known_to,
        {% for frequency in frequencies %}
            sum(count(
                case when items.frequency = '{{ frequency }}' and items.is_first_version then 1 end
            )) over announcements as n_{{ frequency }}s,
            max(max(case when items.frequency = '{{ frequency }}' then items.period_no end))
                over announcements as newest_{{ frequency }}_no,
            max(max(
                case when items.frequency = '{{ frequency }}' then items.period_end_date end
            )) over announcements as newest_{{ frequency }}_end
            {%- if not loop.last %},{% endif %}
        {% endfor %}

    from items

    group by items.symbol, items.metric, items.known_on_date

    window announcements as (
        partition by items.symbol, items.metric order by items.known_on_date
    )

),

-- n periods are known and the newest bears the number n: none before it is still to come.
announcements as (

    select
        history.*,
        crowded_items.symbol is null
        {% for frequency in frequencies %}
            and history.n_{{ frequency }}s = coalesce(history.newest_{{ frequency }}_no, 0)
        {% endfor %}
            as is_in_order,
        {% for frequency in frequencies %}
            coalesce(
                history.known_from
                > {{ add_months('history.newest_' ~ frequency ~ '_end', months_served) }},
                true
            ) {{ 'as is_too_old' if loop.last else 'and' }}
        {% endfor %}

    from history

    left join crowded_items
        on history.symbol = crowded_items.symbol and history.metric = crowded_items.metric

),

places as {{ inlined() }} (

    {% for frequency in frequencies %}

        select
            announcements.symbol,
            announcements.metric,
            announcements.known_from,
            announcements.known_to,
            '{{ frequency }}' as frequency,
            announcements.newest_{{ frequency }}_end as newest_end_date,
            announcements.newest_{{ frequency }}_no - back.n_back as period_no,
            back.n_back + 1 as period_rank

        from announcements

        cross join (values (0), (1), (2), (3), (4)) as back (n_back)

        where announcements.is_in_order and announcements.n_{{ frequency }}s > back.n_back

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

),

looked_up as (

    select
        places.symbol,
        places.metric,
        places.known_from,
        places.known_to,
        places.frequency,
        items.period_end_date,
        places.period_rank,
        {{ days_between('items.period_end_date', 'places.newest_end_date') }} between 350 and 380
            as is_year_ago,
        items.value as period_value,
        items.currency

    from places

    inner join items
        on
            places.symbol = items.symbol
            and places.metric = items.metric
            and places.frequency = items.frequency
            and places.period_no = items.period_no
            and places.known_from >= items.known_on_date
            and places.known_from < items.superseded_on_date
            and places.known_from <= items.serves_until_date

),

-- The newest version of the periods known at each other announcement. Of n known periods the
-- fourth newest cannot bear a number below n - 3.
versions as (

    select
        announcements.symbol,
        announcements.metric,
        announcements.known_from,
        announcements.known_to,
        items.frequency,
        items.period_end_date,
        items.value as period_value,
        items.currency,
        {{ days_between(
            'items.period_end_date',
            "case items.frequency when 'quarter' then announcements.newest_quarter_end"
            ~ " else announcements.newest_year_end end"
        ) }} as days_before_newest

    from announcements

    inner join items
        on
            announcements.symbol = items.symbol
            and announcements.metric = items.metric
            and announcements.known_from >= items.known_on_date
            and announcements.known_from < items.superseded_on_date
            and announcements.known_from <= items.serves_until_date
            and (
                items.period_no > case items.frequency
                    when 'quarter' then announcements.n_quarters else announcements.n_years
                end - 4
                or {{ days_between(
                    'items.period_end_date',
                    "case items.frequency when 'quarter' then announcements.newest_quarter_end"
                    ~ " else announcements.newest_year_end end"
                ) }} <= 380
            )

    where not announcements.is_in_order

),

-- A year before: fiscal years of 52 or 53 weeks end 364 or 371 days after the last one. Of two
-- as near to 365 days, one on either side of it, the later period counts: it is a half day nearer.
measured as (

    select
        versions.*,
        case
            when versions.days_before_newest between 365 and 380
                then 2 * (versions.days_before_newest - 365)
            when versions.days_before_newest between 350 and 364
                then 2 * (365 - versions.days_before_newest) - 1
        end as distance_to_a_year

    from versions

),

ordered as (

    select
        measured.*,
        row_number() over periods as period_rank,
        min(measured.distance_to_a_year) over whole as least_distance

    from measured

    window
        whole as (
            partition by
                measured.symbol, measured.metric, measured.known_from, measured.frequency
        ),
        periods as (
            partition by
                measured.symbol, measured.metric, measured.known_from, measured.frequency
            order by measured.period_end_date desc
        )

),

compared as (

    select
        ordered.symbol,
        ordered.metric,
        ordered.known_from,
        ordered.known_to,
        ordered.frequency,
        ordered.period_end_date,
        ordered.period_rank,
        coalesce(ordered.distance_to_a_year = ordered.least_distance, false) as is_year_ago,
        ordered.period_value,
        ordered.currency

    from ordered

),

ranked as (

    select
        looked_up.symbol,
        looked_up.metric,
        looked_up.known_from,
        looked_up.known_to,
        looked_up.frequency,
        looked_up.period_end_date,
        looked_up.period_rank,
        looked_up.is_year_ago,
        looked_up.period_value,
        looked_up.currency

    from looked_up

    where looked_up.period_rank <= 4 or looked_up.is_year_ago

    union all

    select
        compared.symbol,
        compared.metric,
        compared.known_from,
        compared.known_to,
        compared.frequency,
        compared.period_end_date,
        compared.period_rank,
        compared.is_year_ago,
        compared.period_value,
        compared.currency

    from compared

    where compared.period_rank <= 4 or compared.is_year_ago

),

-- An announcement at which all periods are too old says that nothing is known.
silent as (

    select
        announcements.symbol,
        announcements.metric,
        announcements.known_from,
        announcements.known_to

    from announcements

    where announcements.is_too_old

)

select
    ranked.symbol,
    ranked.metric,
    ranked.known_from,
    ranked.known_to,
    ranked.frequency,
    ranked.period_end_date,
    ranked.period_rank,
    ranked.is_year_ago,
    ranked.period_value,
    ranked.currency

from ranked

union all

select
    silent.symbol,
    silent.metric,
    silent.known_from,
    silent.known_to,
    null as frequency,
    null as period_end_date,
    1 as period_rank,
    false as is_year_ago,
    null as period_value,
    null as currency

from silent
