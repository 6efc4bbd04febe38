-- Every name that a filter can be given, with what it is the name of.
select
    'strategy' as kind,
    strategies.strategy as name

from seeds.strategies as strategies

union

select
    'symbol' as kind,
    assets.symbol as name

from prepared.assets as assets

union

select
    unnest(['factor', 'score']) as kind,
    factor_registry.factor as name

from factors.factor_registry as factor_registry

union

select
    'family' as kind,
    factor_registry.family as name

from factors.factor_registry as factor_registry

union

select
    'score' as kind,
    composite_values.composite as name

from factors.composite_values as composite_values

union

select
    'score' as kind,
    model_scores.model as name

from scores.model_scores as model_scores

union

select
    'score' as kind,
    strategies.score as name

from seeds.strategies as strategies

order by kind, name
