{{ config(schema='construction', tags=['sweep']) }}
{# What defines each score, as canonical JSON: of a factor its registry row, of a composite its #}
{# members, of the sleeves of families what their budgets stand on too, of a model its registry #}
{# row, what it learns from and how. And the variables that a backtest on it depends on: of its #}
{# own class alone, but where it learns from both. #}
{% set classes = {'equity': ['equity'], 'crypto': ['crypto'], 'both': ['equity', 'crypto']} %}
{% set not_results = [
    'formula', 'unit', 'needs', 'paper', 'published_year', 'min_history_sessions',
    'asset_classes',
] %}
{% set chosen = var('selected_models') %}
{% set rows = [] %}
{% for asset_class, own in classes.items() %}
    {% set factors = [] %}
    {% set families = [] %}
    {% for factor in registered_factors() %}
        {% set kept = {} %}
        {% for name, value in factor.items() if name not in not_results %}
            {% do kept.update({name: value}) %}
        {% endfor %}
        {% set computed = [] %}
        {% for one in own if one in factor.asset_classes %}{% do computed.append(one) %}{% endfor %}
        {% do kept.update({'asset_classes': computed}) %}
        {% if computed %}
            {% do factors.append(kept) %}
            {% do families.append(factor.family) %}
            {% do rows.append((factor.name, asset_class, kept, asset_class)) %}
        {% endif %}
    {% endfor %}
    {% for family in families | unique %}
        {% set members = factors | selectattr('family', 'equalto', family) | list %}
        {% do rows.append(('composite_' ~ family, asset_class, members, asset_class)) %}
    {% endfor %}
    {% do rows.append(('composite', asset_class, factors, asset_class)) %}
    {% do rows.append((
        'family_sleeves',
        asset_class,
        {'factors': factors, 'spread_fraction': var('spread_fraction')},
        asset_class,
    )) %}
    {% set members = [] %}
    {% for model in var('ml_models') if not chosen or model.name in chosen %}
        {% set learned = registered_factors() if model.pooled | default(false) else factors %}
        {% do rows.append((
            model.name,
            asset_class,
            {
                'model': model,
                'walk_forward': var('walk_forward'),
                'features': learned,
            },
            'both' if model.pooled | default(false) else asset_class,
        )) %}
        {% if model.in_ensemble | default(true) and not model.pooled | default(false) %}
            {% do members.append(model) %}
        {% endif %}
    {% endfor %}
    {% do rows.append((
        'ensemble',
        asset_class,
        {'model': members, 'walk_forward': var('walk_forward'), 'features': factors},
        asset_class,
    )) %}
{% endfor %}
{% for score, asset_class, definition, learned_class in rows %}
    {% set variables = {} %}
    {% for name in trial_variables() %}
        {% set value = var(name) %}
        {% if learned_class != 'both' and value is mapping and learned_class in value
            and value.keys() | reject('in', ['equity', 'crypto', 'both']) | list == [] %}
            {% set value = value[learned_class] %}
        {% endif %}
        {% do variables.update({name: value}) %}
    {% endfor %}

    select
        '{{ score }}' as score,
        '{{ asset_class }}' as asset_class,
        '{{ tojson(definition, sort_keys=true) | replace("'", "''") }}' as definition,
        '{{ tojson(variables, sort_keys=true) | replace("'", "''") }}' as variables

    {% if not loop.last %}union all{% endif %}

{% endfor %}
