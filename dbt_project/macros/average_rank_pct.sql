{# (average rank - 0.5) / n over a named window that is partitioned and ordered ascending. #}
{% macro average_rank_pct(window, n_names) -%}
    ((rank() over {{ window }} - 1) / cast({{ n_names }} as double) + cume_dist() over {{ window }}) / 2
{%- endmacro %}
