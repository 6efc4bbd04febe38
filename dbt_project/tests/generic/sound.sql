{# A table is sound: no two rows share the columns that name a row (missing values count as equal), #}
{# none of the never_null columns is missing, numbers are missing or finite in the finite columns or #}
{# in a family's registered factors, those of within lie between their bounds, both included, and the #}
{# words of one_of are missing or among those named. #}
{# One test for all, since a test costs a build more than the rows it reads, and one look at the #}
{# rows, which a view makes anew each time; of a table that grew, the rows that are new. Of a view #}
{# that is too long for it (a sample is a condition), the rows of the sample alone are looked at for #}
{# two that share a name; not in a tail build, whose rows are few. #}
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

    {%- set rule -%}
        {%- if rules -%}
            case
                {% for _, broken in rules %}
                    when {{ broken }} then {{ loop.index }}
                {% endfor %}
            end
        {%- else -%}
            cast(null as integer)
        {%- endif -%}
    {%- endset -%}
    {%- set is_sampled = sample and not var('tail_from') %}

    select
        {{ columns | join(', ') }},
        case
            when count(*) > 1 then count(*) || ' rows'
            {% for problem, _ in rules %}
                when max(rule_no) = {{ loop.index }} then '{{ problem }}'
            {% endfor %}
        end as problem

    from (
        select
            {{ columns | join(', ') }},
            {{ rule if not is_sampled else 'cast(null as integer)' }} as rule_no

        from {{ tested_rows(model) }} as tested

        {% if is_sampled %} where {{ sample }} {% endif %}
    ) as looked_at

    group by {{ columns | join(', ') }}

    having count(*) > 1 or max(rule_no) is not null

    {% if is_sampled and rules %}

        union all

        select
            {{ columns | join(', ') }},
            case rule_no
                {% for problem, _ in rules %} when {{ loop.index }} then '{{ problem }}' {% endfor %}
            end as problem

        from (
            select
                {{ columns | join(', ') }},
                {{ rule }} as rule_no

            from {{ tested_rows(model) }} as tested
        ) as looked_at

        where rule_no is not null

    {% endif %}

{% endtest %}
