{# Where the Bartlett t-statistic reaches the p of a normal quantile: polynomials in b, bandwidth #}
{# over n. Two-sided p 0.2, 0.1, 0.05, 0.02: Kiefer and Vogelsang (2005, table 1); 0.001: fitted #}
{# like theirs to 400,000 simulated draws of the limit, and the true p there is within 1.1 x. #}
{% macro fixed_b_levels() -%}
    {{ return([
        {'quantile': 1.2815515655446004, 'polynomial': [1.2816, 1.3040, 0.5135, -0.3386]},
        {'quantile': 1.6448536269514722, 'polynomial': [1.6449, 2.1859, 0.3142, -0.3427]},
        {'quantile': 1.9599639845400542, 'polynomial': [1.96, 2.97, 0.42, -0.53]},
        {'quantile': 2.3263478740408408, 'polynomial': [2.3263, 4.1618, 0.5368, -0.9060]},
        {'quantile': 3.2905267314918945, 'polynomial': [3.2905, 9.3705, -1.6820, -0.6868]},
    ]) }}
{%- endmacro %}
