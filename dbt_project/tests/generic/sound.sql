{# A table is sound: no two rows share the columns that name a row (missing values count as equal), #}
{# none of the never_null columns is missing, numbers are missing or finite in the finite columns or #}
{# in a family's registered factors, those of within lie between their bounds, both included, and the #}
{# words of one_of are missing or among those named. #}
{# One test for all, since a test costs a build more than the rows it reads; of a table that grew, #}
{# the rows that are new. Of a view that is too long for it (a sample is a condition), the rows of the #}
{# sample alone are looked at for two that share a name; not in a tail build, whose rows are few. #}
{% test sound(model, columns, never_null=[], finite=[], family=none, within={}, one_of={}, sample=none) %}

    {%- set rules = [] -%}
    {%- for column in never_null -%}
        {%- do rules.append((column ~ ' is missing', column ~ ' is null')) -%}
    {%- endfor -%}
    {%- set checked = registered_factors(family) | map(attribute='name') | list if family else finite -%}
    {%- for column in checked -%}
        {%- set broken = column ~ ' is not null and not ' ~ is_finite(column) -%}
        {%- do rules.append((column ~ ' is not finite', broken)) -%}
    {%- endfor -%}
    {%- for column, bounds in within.items() -%}
        {%- set broken = '(' ~ column ~ ' < ' ~ bounds[0] ~ ' or ' ~ column ~ ' > ' ~ bounds[1] ~ ')' -%}
        {%- do rules.append((column ~ ' is out of bounds', broken)) -%}
    {%- endfor -%}
    {%- for column, words in one_of.items() -%}
        {%- set broken = column ~ " not in ('" ~ words | join("', '") ~ "')" -%}
        {%- do rules.append((column ~ ' is none of ' ~ words | join(', '), broken)) -%}
    {%- endfor %}

    select
        {{ columns | join(', ') }},
        count(*) || ' rows' as problem

    from {{ tested_rows(model) }}

    {% if sample and not var('tail_from') %} where {{ sample }} {% endif %}

    group by {{ columns | join(', ') }}

    having count(*) > 1

    {% if rules %}

        union all

        select
            {{ columns | join(', ') }},
            case
                {% for problem, broken in rules %}
                    when {{ broken }} then '{{ problem }}'
                {% endfor %}
            end as problem

        from {{ tested_rows(model) }}

        where
            {% for problem, broken in rules %}
                ({{ broken }})
                {% if not loop.last %}or{% endif %}
            {% endfor %}

    {% endif %}

{% endtest %}
