{# Every combination of the choices under which a result is tried: the cross join of its lists #}
{# (Steegen, Tuerlinckx, Gelman and Vanpaemel 2016). The first of each list is the default. #}
{# Winsorizing changes score weights alone, so that combinations share signals and weights. #}
with

combinations as (

    {% for result in var('multiverse') %}

        select
            '{{ result.result }}' as result,
            '{{ result.asset_class }}' as asset_class,
            '{{ result.rebalance }}' as rebalance,
            {{ result.direction }} as direction,
            formations.formation_start,
            formations.formation_stop,
            cast(floors.choice as double) as universe_floor_usd,
            cast(winsorizing.choice as double) as winsorize_share,
            weightings.choice as weighting,
            cast(fractions.choice as double) as fraction,
            lags.choice as lag_sessions,
            cast(costs.choice as double) as cost_bps,
            formations.choice_no + floors.choice_no + winsorizing.choice_no
            + weightings.choice_no + fractions.choice_no + lags.choice_no + costs.choice_no
            = 0 as is_default

        from (
            values
            {% for start, stop in result.formations %}
                ({{ loop.index0 }}, {{ start }}, {{ stop }}){% if not loop.last %},{% endif %}
            {% endfor %}
        ) as formations (choice_no, formation_start, formation_stop)

        {% for choices, name in [
            (result.universe_floors_usd, 'floors'),
            (result.winsorize, 'winsorizing'),
            (result.weightings, 'weightings'),
            (result.fractions, 'fractions'),
            (result.lags, 'lags'),
            (result.costs_bps, 'costs'),
        ] %}

            cross join (
                values
                {% for choice in choices %}
                    (
                        {{ loop.index0 }},
                        {{ choice if choice is number else "'" ~ choice ~ "'" }}
                    ){% if not loop.last %},{% endif %}
                {% endfor %}
            ) as {{ name }} (choice_no, choice)

        {% endfor %}

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

),

numbered as (

    select
        combinations.*,
        case when combinations.weighting = 'score' then combinations.winsorize_share else 0 end
            as weight_winsorize_share,
        dense_rank() over (
            partition by combinations.result
            order by
                combinations.universe_floor_usd,
                combinations.formation_start,
                combinations.formation_stop
        ) as signal_no

    from combinations

),

shared as (

    select
        numbered.*,
        dense_rank() over (
            partition by numbered.result
            order by
                numbered.signal_no,
                numbered.fraction,
                numbered.weighting,
                numbered.weight_winsorize_share
        ) as weights_no

    from numbered

)

select
    shared.result,
    row_number() over (
        partition by shared.result
        order by
            shared.weights_no, shared.winsorize_share, shared.lag_sessions, shared.cost_bps
    ) as combination_no,
    shared.asset_class,
    shared.rebalance,
    shared.direction,
    shared.universe_floor_usd,
    shared.formation_start,
    shared.formation_stop,
    shared.fraction,
    shared.weighting,
    shared.winsorize_share,
    shared.weight_winsorize_share,
    shared.lag_sessions,
    shared.cost_bps,
    shared.is_default,
    shared.signal_no,
    shared.weights_no

from shared
