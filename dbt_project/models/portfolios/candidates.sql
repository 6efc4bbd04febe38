{{ config(schema='construction') }}
{# Every name a strategy can choose from on each of its dates, ranked by the strategy's score. #}
{# Ties at a cut are broken by the raw value, then by symbol. Too few names: no choice that day. #}
with

scores as (

    {% for factor in registered_factors() %}

        select
            factor_values.as_of_date,
            factor_values.symbol,
            factor_values.asset_class,
            factor_values.factor as score_name,
            {{ factor.direction }} * (factor_values.rank_pct - 0.5) as score,
            {{ factor.direction }} * factor_values.raw_value as tie_break

        from {{ ref('factor_values') }} as factor_values

        where factor_values.factor = '{{ factor.name }}'

        union all

    {% endfor %}

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
        rebalances.as_of_date,
        strategies.strategy,
        scores.symbol,
        scores.asset_class,
        scores.score,
        rebalances.is_scheduled,
        rebalances.calendar,
        row_number() over (
            partition by rebalances.as_of_date, strategies.strategy, scores.asset_class
            order by scores.score desc, scores.tie_break desc, scores.symbol asc
        ) as score_rank,
        count(*) over (
            partition by rebalances.as_of_date, strategies.strategy, scores.asset_class
        ) as n_candidates

    from {{ ref('strategies') }} as strategies

    inner join {{ ref('rebalances') }} as rebalances
        on strategies.strategy = rebalances.strategy

    inner join scores
        on
            strategies.score = scores.score_name
            and rebalances.as_of_date = scores.as_of_date
            and (
                strategies.asset_class = scores.asset_class
                or strategies.asset_class = 'both'
            )

    where scores.score is not null

)

select * from ranked

where n_candidates >= {{ var('min_names') }}
