{# The day from which a tail build makes a model's rows anew: the first day that anything new #}
{# speaks of, less the days in which rows settle: 31, those named, or till the longest label ends. #}
{# `looks_back` goes further, to the first day that those rows read. #}
{% macro renewed_from(spec, looks_back=false) -%}
    {%- set day = modules.datetime.date.fromisoformat(var('tail_from')) -%}
    {%- set longest = var('horizons').values() | map('max') | max -%}
    {%- set n_days = spec.get('settles_days', 31) -%}
    {%- set n_days = 100 + longest * 3 // 2 if n_days == 'labels' else n_days -%}
    {%- set day = day - modules.datetime.timedelta(days=n_days) -%}
    {%- if spec.get('step') == 'year' -%}
        {%- set day = day.replace(month=1, day=1) -%}
    {%- elif spec.get('step') == 'month' -%}
        {%- set day = day.replace(day=1) -%}
    {%- endif -%}
    {%- if looks_back -%}
        {%- set sessions = var('sessions') -%}
        {%- set year = [sessions.equity.year * 3 // 2, sessions.crypto.year] | max -%}
        {%- set n_days = 40 + year * spec.get('looks_back_years', 0) -%}
        {%- set day = day - modules.datetime.timedelta(days=n_days | int) -%}
    {%- endif -%}
    {{ return(day) }}
{%- endmacro %}
