{{ config(schema='construction') }}
{# The deepest fall within each full window. Stretches of 1, 2, 4 ... days are put together, each #}
{# of two of half its length, and the window of those that add up to it: the deepest fall of two #}
{# stretches is the deeper of their own, or from the older's top to the newer's bottom. #}
{% set lengths = [var('sessions').equity.year, var('sessions').crypto.year] | unique | list %}
{% set doublings = [] %}
{% for step in range(30) if 2 ** step <= lengths | max %}
    {% do doublings.append(step) %}
{% endfor %}
with

stretches_0 as (

    select
        pnl_days.date,
        pnl_days.strategy,
        pnl_days.day_no,
        pnl_days.window_sessions,
        greatest(pnl_days.opening_nav, pnl_days.nav) as top_0,
        least(pnl_days.opening_nav, pnl_days.nav) as bottom_0,
        least(pnl_days.nav / pnl_days.opening_nav - 1, 0) as fall_0

    from {{ ref('pnl_days') }} as pnl_days

),

{% for step in doublings[1:] %}
    {% set half, stretches = step - 1, 'stretches_' ~ (step - 1) %}
    {% set days = 2 ** half %}

    stretches_{{ step }} as (

        select
            {{ stretches }}.*,
            greatest(
                {{ stretches }}.top_{{ half }},
                lag({{ stretches }}.top_{{ half }}, {{ days }}) over history
            ) as top_{{ step }},
            least(
                {{ stretches }}.bottom_{{ half }},
                lag({{ stretches }}.bottom_{{ half }}, {{ days }}) over history
            ) as bottom_{{ step }},
            least(
                {{ stretches }}.fall_{{ half }},
                lag({{ stretches }}.fall_{{ half }}, {{ days }}) over history,
                {{ stretches }}.bottom_{{ half }}
                / lag({{ stretches }}.top_{{ half }}, {{ days }}) over history
                - 1
            ) as fall_{{ step }}

        from {{ stretches }}

        window history as (partition by {{ stretches }}.strategy order by {{ stretches }}.day_no)

    ),

{% endfor %}

{% for length in lengths %}
    {% set parts = [] %}
    {% set covered = namespace(days=0) %}
    {% for step in doublings if (length // 2 ** step) % 2 == 1 %}
        {% do parts.append({'step': step, 'after': covered.days}) %}
        {% set covered.days = covered.days + 2 ** step %}
    {% endfor %}

    parts_{{ length }} as (

        select
            stretches.date,
            stretches.strategy,
            stretches.day_no,
            stretches.window_sessions,
            {% for part in parts %}
                lag(stretches.top_{{ part.step }}, {{ part.after }}) over history
                    as top_{{ part.step }},
                lag(stretches.bottom_{{ part.step }}, {{ part.after }}) over history
                    as bottom_{{ part.step }},
                lag(stretches.fall_{{ part.step }}, {{ part.after }}) over history
                    as fall_{{ part.step }}{% if not loop.last %},{% endif %}
            {% endfor %}

        from stretches_{{ doublings | last }} as stretches

        where stretches.window_sessions = {{ length }}

        window history as (partition by stretches.strategy order by stretches.day_no)

    ),

    windows_{{ length }} as (

        select
            parts.date,
            parts.strategy,
            least(
                {% for part in parts %}
                    {% for older in parts if older.after > part.after %}
                        parts.bottom_{{ part.step }} / parts.top_{{ older.step }} - 1,
                    {% endfor %}
                    parts.fall_{{ part.step }},
                {% endfor %}
                0
            ) as max_drawdown

        from parts_{{ length }} as parts

        where parts.day_no >= {{ length }}

    ){% if not loop.last %},{% endif %}

{% endfor %}

{% for length in lengths %}
    select * from windows_{{ length }}
    {% if not loop.last %}union all{% endif %}
{% endfor %}
