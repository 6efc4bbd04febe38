{{ config(schema='construction') }}
{# How often its model's impact each draw charges on each day of trades: exp(s z), one z per #}
{# draw, since the law's coefficient is an estimate (the median draw has the cost model's own), #}
{# times exp(t z - t^2 / 2), one z per draw and day, alike for all books, since days differ (1 #}
{# on average). s = slippage.coefficient_sigma, t = slippage.daily_sigma. #}
{%- set slippage = var('slippage') -%}
{%- set draw_text = "'" ~ slippage.seed ~ ":' || cast(draws.draw as string)" -%}
{%- set day_text = draw_text ~ " || ':' || cast(days_of_impact.date as string)" -%}
with

coefficients as (

    select
        draws.draw,
        exp({{ slippage.coefficient_sigma }} * {{ standard_normal_draw(draw_text) }})
            as coefficient_multiplier

    from range(1, {{ slippage.draws + 1 }}) as draws (draw)

),

days_of_impact as (

    select distinct daily_before_cost.date

    from {{ ref('daily_before_cost') }} as daily_before_cost

    where daily_before_cost.impact_return > 0

)

select
    draws.draw,
    days_of_impact.date,
    draws.coefficient_multiplier,
    exp(
        {{ slippage.daily_sigma }} * {{ standard_normal_draw(day_text) }}
        - {{ slippage.daily_sigma }} * {{ slippage.daily_sigma }} / 2
    ) as daily_multiplier

from coefficients as draws

cross join days_of_impact
