{{ config(schema='construction') }}
{# Every name that can be chosen by a score on a date, ranked once for all strategies. Ties at a #}
{# cut are broken by the raw value, then by symbol. Too few names: no choice that day. #}
with

-- Numbers sort faster than names do.
wanted as (

    select
        rebalances.as_of_date,
        strategy_legs.score_name,
        strategy_legs.asset_class,
        cast(
            row_number() over (
                order by
                    rebalances.as_of_date, strategy_legs.score_name, strategy_legs.asset_class
            ) as integer
        ) as ranking_no

    from {{ ref('strategy_legs') }} as strategy_legs

    inner join {{ ref('rebalances') }} as rebalances
        on strategy_legs.strategy = rebalances.strategy

    group by rebalances.as_of_date, strategy_legs.score_name, strategy_legs.asset_class

),

scores as (

    select
        factor_values.as_of_date,
        factor_values.symbol,
        factor_values.asset_class,
        factor_values.factor as score_name,
        factor_registry.direction * (factor_values.rank_pct - 0.5) as score,
        factor_registry.direction * factor_values.raw_value as tie_break

    from {{ ref('factor_values') }} as factor_values

    inner join {{ ref('factor_registry') }} as factor_registry
        on
            factor_values.factor = factor_registry.factor
            and factor_values.asset_class = factor_registry.asset_class

    union all

    select
        composite_values.as_of_date,
        composite_values.symbol,
        composite_values.asset_class,
        composite_values.composite as score_name,
        composite_values.composite_value as score,
        0 as tie_break

    from {{ ref('composite_values') }} as composite_values

    union all

    select
        model_scores.as_of_date,
        model_scores.symbol,
        model_scores.asset_class,
        model_scores.model as score_name,
        model_scores.model_score as score,
        0 as tie_break

    from {{ ref('model_scores') }} as model_scores

),

ranked as (

    select
        scores.as_of_date,
        scores.score_name,
        scores.asset_class,
        scores.symbol,
        scores.score,
        row_number() over (
            partition by wanted.ranking_no
            order by scores.score desc, scores.tie_break desc, scores.symbol asc
        ) as score_rank,
        count(*) over (partition by wanted.ranking_no) as n_candidates

    from scores

    inner join wanted
        on
            scores.as_of_date = wanted.as_of_date
            and scores.score_name = wanted.score_name
            and scores.asset_class = wanted.asset_class

    where scores.score is not null

)

select * from ranked

where n_candidates >= {{ var('min_names') }}
