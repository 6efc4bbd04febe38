{# How far a strategy's net results hang on what impact costs: quantiles over the draws. #}
select
    slippage_samples.strategy,
    count(*) as n_draws,
    avg(slippage_samples.net_sharpe) as mean_net_sharpe,
    stddev_samp(slippage_samples.net_sharpe) as std_net_sharpe,
    {% for percentile in [5, 25, 50, 75, 95] %}
        percentile_cont({{ percentile / 100 }}) within group (
            order by slippage_samples.net_sharpe
        ) as net_sharpe_p{{ '%02d' % percentile }},
    {% endfor %}
    {% for percentile in [5, 50, 95] %}
        percentile_cont({{ percentile / 100 }}) within group (
            order by slippage_samples.net_ann_return
        ) as net_ann_return_p{{ '%02d' % percentile }},
    {% endfor %}
    avg(case when slippage_samples.net_sharpe > 0 then 1e0 else 0 end) as share_above_0

from {{ ref('slippage_samples') }} as slippage_samples

group by slippage_samples.strategy
