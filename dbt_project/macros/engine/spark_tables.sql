{# Tables and views on Spark. They live for one build, in folders of its own: what they hold is #}
{# brought back into the work file, and comments, contracts and hooks are kept there. #}
{% materialization table, adapter='spark', supported_languages=['sql', 'python'] %}
    {%- set target = this.incorporate(type='table') -%}
    {% call statement('main') -%}
        create table {{ target }} as
        {{ compiled_code }}
    {%- endcall %}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{% materialization view, adapter='spark' %}
    {%- set target = this.incorporate(type='view') -%}
    {% call statement('main') -%}
        create or replace view {{ target }} as
        {{ compiled_code }}
    {%- endcall %}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}
