{# A number, where there is one, lies between two bounds, both included. #}
{% test within(model, column_name, lower, upper) %}

    select {{ column_name }}

    from {{ model }}

    where {{ column_name }} < {{ lower }} or {{ column_name }} > {{ upper }}

{% endtest %}
