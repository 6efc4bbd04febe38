{{ config(schema='construction') }}
{# Each regression solved by the sweep operator, one term a step: Goodnight (1979). Of the sums #}
{# of products, swept by all regressors, the column of the returns holds the slopes and their #}
{# corner the sum of squared residuals; the rest is minus the inverse. A factor that is 0 #}
{# throughout is skipped; where one follows from those before it, the month has no regression. #}
{% set regressors = ['intercept'] + exposure_factors() | map(attribute='column') | list %}
{% set terms = regressors + ['excess_return'] %}
with

days as (

    select
        exposure_days.*,
        cast(1 as double) as intercept

    from {{ ref('exposure_days') }} as exposure_days

),

swept_0 as (

    select
        days.date,
        days.strategy,
        count(*) as n_days,
        max(days.n_book_days) as n_book_days,
        min(days.window_start_date) as window_start_date,
        false as is_collinear,
        {% for row in terms %}
            sum(days.{{ row }} * days.{{ row }}) as {{ row }}_squares,
            {% for column in terms[loop.index0:] %}
                sum(days.{{ row }} * days.{{ column }}) as {{ row }}_by_{{ column }},
            {% endfor %}
        {% endfor %}
        var_pop(days.excess_return) * count(*) as total_squares

    from days

    group by days.date, days.strategy

    having count(*) >= max(days.n_window) * {{ var('window_coverage') }}

),

{% for pivot in regressors %}
    {% set step = 'swept_' ~ loop.index %}
    {% set before = 'swept_' ~ loop.index0 %}
    {% set divisor = 'nullif(' ~ before ~ '.' ~ exposure_cell(terms, pivot, pivot) ~ ', 0)' %}

    {{ step }} as (

        select
            {{ before }}.date,
            {{ before }}.strategy,
            {{ before }}.n_days,
            {{ before }}.n_book_days,
            {{ before }}.window_start_date,
            {{ before }}.is_collinear
            or (
                {{ before }}.{{ pivot }}_squares > 0
                and {{ before }}.{{ exposure_cell(terms, pivot, pivot) }}
                <= 1e-10 * {{ before }}.{{ pivot }}_squares
            ) as is_collinear,
            {% for row in terms %}
                {{ before }}.{{ row }}_squares,
                {% for column in terms[loop.index0:] %}
                    {% set cell = exposure_cell(terms, row, column) %}
                    {% if row == pivot and column == pivot %}
                        coalesce(-1 / {{ divisor }}, 0) as {{ cell }},
                    {% elif pivot in (row, column) %}
                        coalesce({{ before }}.{{ cell }} / {{ divisor }}, 0) as {{ cell }},
                    {% else %}
                        {{ before }}.{{ cell }}
                        - coalesce(
                            {{ before }}.{{ exposure_cell(terms, row, pivot) }}
                            * {{ before }}.{{ exposure_cell(terms, pivot, column) }}
                            / {{ divisor }},
                            0
                        ) as {{ cell }},
                    {% endif %}
                {% endfor %}
            {% endfor %}
            {{ before }}.total_squares

        from {{ before }}

    ),

{% endfor %}

-- Over a window of one row, so that no planner writes the condition out in terms of every step.
solved as (

    select *

    from swept_{{ regressors | length }}

    qualify not bool_or(is_collinear) over (partition by date, strategy)

)

select * from solved
