{{ config(schema='construction', materialized='view') }}
{# The flat cost of trading, without impact, at which the net annual return is 0: the root of #}
{# sum(ln(1 + r - x t)) in x, by Newton steps from the first-order root. #}
{%- set n_newton_steps = 12 -%}
with

daily as (

    select * from {{ ref('daily_before_cost') }}

),

-- A cost that takes a day's whole book is out of reach: each step stops nine tenths of the way.
newton_0 as (

    select
        daily.strategy,
        min((1 + daily.return_before_cost) / nullif(daily.traded_weight, 0)) as ruinous_cost,
        least(
            sum(ln(greatest(1 + daily.return_before_cost, 1e-300)))
            / nullif(sum(daily.traded_weight), 0),
            0.9 * min((1 + daily.return_before_cost) / nullif(daily.traded_weight, 0))
        ) as cost

    from daily

    group by daily.strategy

),

{% for step in range(1, n_newton_steps + 1) %}

    newton_{{ step }} as (

        select
            daily.strategy,
            max(newton_{{ step - 1 }}.ruinous_cost) as ruinous_cost,
            least(
                max(newton_{{ step - 1 }}.cost)
                + sum(
                    ln(
                        greatest(
                            1
                            + daily.return_before_cost
                            - newton_{{ step - 1 }}.cost * daily.traded_weight,
                            1e-300
                        )
                    )
                )
                / nullif(
                    sum(
                        daily.traded_weight
                        / greatest(
                            1
                            + daily.return_before_cost
                            - newton_{{ step - 1 }}.cost * daily.traded_weight,
                            1e-300
                        )
                    ),
                    0
                ),
                0.1 * max(newton_{{ step - 1 }}.cost)
                + 0.9 * max(newton_{{ step - 1 }}.ruinous_cost)
            ) as cost

        from daily

        inner join newton_{{ step - 1 }} on daily.strategy = newton_{{ step - 1 }}.strategy

        group by daily.strategy

    ),

{% endfor %}

worst_days as (

    select
        daily.strategy,
        min(daily.return_before_cost) as worst_return

    from daily

    group by daily.strategy

),

-- A book that was ruined without any cost breaks even at none.
in_bps as (

    select
        newton_{{ n_newton_steps }}.strategy,
        case
            when worst_days.worst_return > -1 then 10000 * newton_{{ n_newton_steps }}.cost
        end as break_even_cost_bps

    from newton_{{ n_newton_steps }}

    inner join worst_days on newton_{{ n_newton_steps }}.strategy = worst_days.strategy

)

select * from in_bps
