{# The number of a relation's formation: of its day and frequency, which only one asset class has. #}
{% macro formation_no(relation) -%}
    {{ days_between("cast('1900-01-01' as date)", relation ~ '.formation_date') }} * 10
    + case {{ relation }}.formation_frequency
        when 'june' then 1
        when 'month' then 2
        when 'day' then 3
        when 'week' then 4
    end
{%- endmacro %}
