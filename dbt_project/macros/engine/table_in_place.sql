{# dbt's own way builds beside the old table and renames twice, each with statements of its own: a #}
{# tenth of a build's time. DuckDB's DDL is transactional, so the old table can make room in the #}
{# transaction that makes the new one. What Python writes uses another connection, and so goes the #}
{# long way: a table beside the old one, which it may read meanwhile. #}
{# In a tail build a model that grows keeps its table: the rows from a day on leave it, and come in #}
{# anew (macros/tail). #}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}

    {%- set old = load_cached_relation(this) -%}
    {%- set spec = grows(model) -%}
    {%- set target = this.incorporate(type='table') -%}
    {%- set beside = make_intermediate_relation(target) -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {% if model.language == 'python' %}
        {{ drop_relation_if_exists(load_cached_relation(beside)) }}
    {% endif %}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {% if model.language == 'python' %}
        {% call statement('main', language='python') -%}
            {{ create_table_as(False, beside, made_from(compiled_code), 'python') }}
        {%- endcall %}
        {{ drop_relation_if_exists(old) }}
        {{ adapter.rename_relation(beside, target) }}
    {% elif spec %}
        {%- set renewed = renewed_rows(spec, spec.get('by', 'symbol')) -%}
        {% call statement('main') -%}
            delete from {{ target }} where {{ renewed }};
            insert into {{ target }} by name
            select * from (
                {{ of_the_tail(compiled_code, model, spec) }}
            ) as renewed
            where {{ renewed }};
        {%- endcall %}
    {% else %}
        {% call statement('main') -%}
            {% if old is not none %}
                drop {{ old.type }} if exists {{ old }};
            {% endif %}
            {%- set files = brought(target) %}
            {% if files %}
                {{ create_table_as(False, target, without_rows(compiled_code), 'sql') }}
                {{ insert_brought(target, files) }}
            {% else %}
                {{ create_table_as(False, target, compiled_code, 'sql') }}
            {% endif %}
        {%- endcall %}
    {% endif %}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% if not spec %}
        {% do persist_docs(target, model) %}
    {% endif %}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [target]}) }}

{% endmaterialization %}
