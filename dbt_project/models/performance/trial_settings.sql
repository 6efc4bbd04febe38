{{ config(schema='construction', tags=['sweep']) }}
{# All that a strategy's backtest depends on but the data, as canonical JSON, and its hash: the #}
{# trial. Its row but for the name, its cost model, its score's definition, the variables. #}
with

costs as (

    select
        strategies.strategy,
        {{ sorted_texts(json_object(
            'cost_models',
            ['asset_class', 'impact_law'],
            [
                'min_dollar_volume_usd', 'commission_bps', 'half_spread_bps',
                'impact_coefficient', 'borrow_bps_ann', 'funding_bps_ann',
            ],
        )) }} as cost_model_rows

    from {{ ref('strategies') }} as strategies

    inner join {{ ref('cost_models') }} as cost_models
        on
            strategies.cost_model = cost_models.cost_model
            and strategies.asset_class in (cost_models.asset_class, 'both')

    group by strategies.strategy

),

described as (

    select
        strategies.strategy,
        concat(
            '{"strategy":',
            {{ json_object(
                'strategies',
                ['asset_class', 'score', 'side', 'weighting', 'rebalance', 'benchmark'],
                [
                    'top_fraction', 'hold_fraction', 'gross_long', 'gross_short', 'max_weight',
                    'min_weight', 'sector_cap', 'crypto_share', 'turnover_cap', 'no_trade_band',
                    'participation_cap', 'aum_usd',
                ],
            ) }},
            ',"cost_model":[', coalesce(costs.cost_model_rows, ''), ']',
            ',"score":', coalesce(score_settings.definition, 'null'),
            ',"variables":', coalesce(score_settings.variables, 'null'),
            '}'
        ) as settings

    from {{ ref('strategies') }} as strategies

    left join costs on strategies.strategy = costs.strategy

    left join {{ ref('score_settings') }} as score_settings
        on
            strategies.score = score_settings.score
            and strategies.asset_class = score_settings.asset_class

)

select
    described.strategy,
    md5(described.settings) as trial_id,
    described.settings

from described
