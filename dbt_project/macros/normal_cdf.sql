{# The normal distribution function of a column, to 1e-14. Hart (1968) as in West (2005). #}
{% macro normal_cdf(x) -%}
    {%- set distance = 'abs(' ~ x ~ ')' -%}
    {%- set above = [
        220.206867912376, 221.213596169931, 112.079291497871, 33.912866078383, 6.37396220353165,
        0.700383064443688, 0.0352624965998911,
    ] -%}
    {%- set below = [
        440.413735824752, 793.826512519948, 637.333633378831, 296.564248779674, 86.7807322029461,
        16.064177579207, 1.75566716318264, 0.0883883476483184,
    ] -%}
    {%- set fraction = namespace(text=distance ~ ' + 0.65') -%}
    {%- for step in [4, 3, 2, 1] -%}
        {%- set fraction.text = distance ~ ' + ' ~ step ~ ' / (' ~ fraction.text ~ ')' -%}
    {%- endfor -%}
    case when {{ x }} > 0 then 1 else 0 end + case when {{ x }} > 0 then -1 else 1 end
    * exp(-{{ x }} * {{ x }} / 2)
    * case
        when {{ distance }} < 7.07106781186547
            then {{ polynomial(distance, above) }} / {{ polynomial(distance, below) }}
        else 0.398942280401433 / ({{ fraction.text }})
    end
{%- endmacro %}
