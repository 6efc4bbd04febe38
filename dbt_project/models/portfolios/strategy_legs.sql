{{ config(schema='construction') }}
{# The legs of each strategy: what is chosen by which rule, and under which limits weighed. Legs #}
{# of one choice share its number (selection_no), those of one weighting too that of the members #}
{# (members_no), those of the same limits too the leg's (leg_no): each is worked out once, for #}
{# however many strategies. #}
with

classes as (

    select 'equity' as asset_class
    union all
    select 'crypto' as asset_class

),

legs as (

    select 'long' as leg
    union all
    select 'short' as leg

),

-- Of a strategy on family sleeves, every family's composite is a sleeve.
sleeves as (

    select distinct
        factor_registry.asset_class,
        concat('composite_', factor_registry.family) as score_name

    from {{ ref('factor_registry') }} as factor_registry

),

strategy_legs as (

    select
        strategies.strategy,
        classes.asset_class,
        legs.leg,
        coalesce(sleeves.score_name, strategies.score) as score_name,
        sleeves.score_name is not null as is_sleeve,
        strategies.side,
        strategies.weighting,
        strategies.top_fraction,
        strategies.hold_fraction,
        strategies.rebalance,
        case strategies.asset_class when 'both' then 'equity' else strategies.asset_class end
            as dates_class,
        case legs.leg when 'long' then strategies.gross_long else strategies.gross_short end
        * case
            when strategies.asset_class <> 'both' then 1
            when classes.asset_class = 'crypto' then strategies.crypto_share
            else 1 - strategies.crypto_share
        end as leg_gross,
        strategies.max_weight,
        strategies.min_weight,
        strategies.sector_cap

    from {{ ref('strategies') }} as strategies

    inner join classes on strategies.asset_class in (classes.asset_class, 'both')

    inner join legs on strategies.side <> 'long_only' or legs.leg = 'long'

    left join sleeves
        on
            strategies.score = 'family_sleeves'
            and classes.asset_class = sleeves.asset_class

)

{% set choice = [
    'score_name', 'asset_class', 'leg', 'rebalance', 'dates_class', 'top_fraction', 'hold_fraction',
] %}
{% set limits = ['leg_gross', 'max_weight', 'min_weight', 'sector_cap'] %}

select
    strategy_legs.*
    {% for number, columns in [
        ('selection_no', choice),
        ('members_no', choice + ['weighting']),
        ('leg_no', choice + ['weighting'] + limits),
    ] %}
        ,
        dense_rank() over (
            order by
                {% for column in columns %}
                    strategy_legs.{{ column }} nulls last{% if not loop.last %},{% endif %}
                {% endfor %}
        ) as {{ number }}
    {% endfor %}

from strategy_legs

where strategy_legs.leg_gross > 0
