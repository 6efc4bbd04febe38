{# A growing model's SQL on what its new rows need alone: in the place of each relation that grows #}
{# as well, that one from the first day needed on, or of the symbols needed. `reads` of the model's #}
{# meta names the column that limits another input (a raw table); whole: it is not limited. A model by #}
{# loads reads all versions of the `key`s that are new. #}
{% macro of_the_tail(code, node, spec) -%}
    {%- set limited = namespace(code=code) -%}
    {%- set reads = spec.get('reads', {}) -%}
    {%- for unique_id in node.depends_on.nodes -%}
        {%- set input = graph.nodes.get(unique_id) or graph.sources.get(unique_id) -%}
        {%- set own = (input.config.get('meta') or {}).get('grows', {}) -%}
        {%- if (spec.get('symbols_of') or '') != (own.get('symbols_of') or '') -%}
            {%- set own_column = 'whole' -%}
        {%- elif spec.get('symbols_of') -%}
            {%- set own_column = 'symbol' -%}
        {%- elif 'load_id' in (spec.by, own.get('by')) -%}
            {%- set own_column = 'whole' -%}
        {%- else -%}
            {%- set own_column = own.get('by', 'whole') -%}
        {%- endif -%}
        {%- set column = reads.get(input.name, own_column) -%}
        {%- if column != 'whole' -%}
            {%- set rows = renewed_rows(spec, column, looks_back=true) -%}
            {%- if spec.get('key') -%}
                {%- set key = spec.key | join(', ') -%}
                {%- set rows = '(' ~ key ~ ') in (select ' ~ key ~ ' from ' ~ input.relation_name
                    ~ ' where ' ~ rows ~ ')' -%}
            {%- endif -%}
            {%- set limited.code = limited.code | replace(
                input.relation_name, '(select * from ' ~ input.relation_name ~ ' where ' ~ rows ~ ')'
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(limited.code) }}
{%- endmacro %}
