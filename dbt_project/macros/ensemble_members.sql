{# The registered models that the ensemble averages, of those this build fits: no pooled one, as #}
{# it learns from what the others learn from. #}
{% macro ensemble_members() -%}
    {%- set chosen = var('selected_models', []) -%}
    {%- set members = [] -%}
    {%- for model in var('ml_models') -%}
        {%- if (not chosen or model.name in chosen)
            and model.in_ensemble | default(true)
            and not model.pooled | default(false) -%}
            {%- do members.append(model.name) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(members) }}
{%- endmacro %}
