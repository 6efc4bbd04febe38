-- Every score that names are ranked by, with its newest day: factors, family composites, models.
with

factors as (

    select
        factor_registry.factor as score_name,
        factor_registry.family as kind,
        1 as place

    from factors.factor_registry as factor_registry

    group by all

),

composites as (

    select
        composite_values.composite as score_name,
        'composite' as kind,
        0 as place

    from factors.composite_values as composite_values

    group by all

),

models as (

    select
        model_scores.model as score_name,
        'model' as kind,
        2 as place

    from scores.model_scores as model_scores

    group by all

)

select * from factors
union all
select * from composites
union all
select * from models
order by place, kind, score_name
