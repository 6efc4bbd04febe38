{# The normal quantile that has the p of a t-statistic in the fixed-b limit: exact at the levels, #}
{# straight between them and on beyond the last. Takes |t| and b as columns. #}
{% macro fixed_b_quantile(distance, b) -%}
    {%- set before = namespace(quantile='0', critical='0') -%}
    case
        {%- for level in fixed_b_levels() %}
        {%- set critical = polynomial(b, level.polynomial) %}
        {{ 'else' if loop.last else 'when ' ~ distance ~ ' <= ' ~ critical ~ ' then' }}
            {{ before.quantile }} + ({{ level.quantile }} - {{ before.quantile }})
            * ({{ distance }} - {{ before.critical }}) / ({{ critical }} - {{ before.critical }})
        {%- set before.quantile = level.quantile -%}
        {%- set before.critical = critical -%}
        {%- endfor %}
    end
{%- endmacro %}
