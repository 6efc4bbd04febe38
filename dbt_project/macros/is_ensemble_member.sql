{# Whether a column names one of the models that the ensemble averages: those that this build #}
{# fits, but for the pooled ones, which learn from what the others learn from. #}
{% macro is_ensemble_member(column) -%}
    {%- set chosen = var('selected_models') -%}
    {%- set members = [] -%}
    {%- for model in var('ml_models') -%}
        {%- if (not chosen or model.name in chosen)
            and model.in_ensemble | default(true)
            and not model.pooled | default(false) -%}
            {%- do members.append("'" ~ model.name ~ "'") -%}
        {%- endif -%}
    {%- endfor -%}
    {% if members %}{{ column }} in (
        {{ members | join(',\n        ') }}
    ){% else %}false{% endif %}
{%- endmacro %}
