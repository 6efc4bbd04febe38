{# The p of a t-statistic is that of the level whose critical value it reaches, at any bandwidth; #}
{# it is 1 at 0 and falls in between and beyond. Bandwidths as shares of the series. #}
{% set answers = [0.2, 0.1, 0.05, 0.02, 0.001] %}

with

levels as (

    {% for share in [0.01, 0.1, 0.5] %}
        {% set is_last_share = loop.last %}

        select
            cast({{ share }} as double) as b,
            cast(0 as double) as distance,
            cast(1 as double) as answer

        {% for level in fixed_b_levels() %}

            union all

            select
                cast({{ share }} as double) as b,
                {{ polynomial('cast(' ~ share ~ ' as double)', level.polynomial) }} as distance,
                cast({{ answers[loop.index0] }} as double) as answer

        {% endfor %}

        {% if not is_last_share %}union all{% endif %}

    {% endfor %}

),

-- At each level and a little to either side of it.
nearby as (

    select
        levels.b,
        levels.distance + steps.step as distance,
        levels.answer,
        steps.step

    from levels

    cross join (values (-0.001), (0), (0.001)) as steps (step)

    where levels.distance + steps.step >= 0

),

quantiles as (

    select
        nearby.*,
        -({{ fixed_b_quantile('nearby.distance', 'nearby.b') }}) as quantile

    from nearby

),

probabilities as (

    select
        quantiles.*,
        2 * ({{ normal_cdf('quantiles.quantile') }}) as p_value

    from quantiles

)

select probabilities.*

from probabilities

where
    not coalesce(
        (probabilities.step = 0 and abs(probabilities.p_value / probabilities.answer - 1) < 1e-12)
        or (probabilities.step < 0 and probabilities.p_value > probabilities.answer)
        or (probabilities.step > 0 and probabilities.p_value < probabilities.answer),
        false
    )
