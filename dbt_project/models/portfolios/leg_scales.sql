{{ config(schema='construction') }}
{# How far a market-neutral book's legs are scaled down, per asset class: the leg of the higher #}
{# beta, until the betas of both are equal. Beta: each name's own on its class's market as known, #}
{# 1 where it is not. A leg without a beta above 0 cannot hedge: then the larger leg is scaled to #}
{# the smaller one's size, and the row says so. #}
with

neutral_legs as (

    select
        strategy_legs.strategy,
        strategy_legs.asset_class,
        strategy_legs.leg,
        strategy_legs.leg_no,
        strategy_legs.score_name,
        strategy_legs.is_sleeve

    from {{ ref('strategy_legs') }} as strategy_legs

    where strategy_legs.side = 'market_neutral'

),

-- Once for each leg, however many strategies hold it.
leg_betas as (

    select
        leg_weights.as_of_date,
        leg_weights.leg_no,
        sum(leg_weights.leg_weight * coalesce(volatility.market_beta, 1)) as leg_beta,
        sum(leg_weights.leg_weight) as leg_size

    from {{ ref('leg_weights') }} as leg_weights

    inner join {{ ref('volatility') }} as volatility
        on
            leg_weights.as_of_date = volatility.as_of_date
            and leg_weights.symbol = volatility.symbol

    where leg_weights.leg_no in (select neutral_legs.leg_no from neutral_legs)

    group by leg_weights.as_of_date, leg_weights.leg_no

),

books as (

    select
        leg_betas.as_of_date,
        neutral_legs.strategy,
        neutral_legs.asset_class,
        {% for leg in ('long', 'short') %}
            coalesce(
                sum(leg_betas.leg_beta * coalesce(sleeve_budgets.budget, 1)) filter (
                    where neutral_legs.leg = '{{ leg }}'
                ),
                0
            ) as {{ leg }}_beta,
            coalesce(
                sum(leg_betas.leg_size * coalesce(sleeve_budgets.budget, 1)) filter (
                    where neutral_legs.leg = '{{ leg }}'
                ),
                0
            ) as {{ leg }}_size{% if not loop.last %},{% endif %}
        {% endfor %}

    from neutral_legs

    inner join leg_betas on neutral_legs.leg_no = leg_betas.leg_no

    left join {{ ref('sleeve_budgets') }} as sleeve_budgets
        on
            neutral_legs.is_sleeve
            and leg_betas.as_of_date = sleeve_budgets.as_of_date
            and neutral_legs.asset_class = sleeve_budgets.asset_class
            and neutral_legs.score_name = sleeve_budgets.score_name

    where not neutral_legs.is_sleeve or sleeve_budgets.budget > 0

    group by leg_betas.as_of_date, neutral_legs.strategy, neutral_legs.asset_class

)

{% for leg, other in [('long', 'short'), ('short', 'long')] %}

    select
        books.as_of_date,
        books.strategy,
        books.asset_class,
        '{{ leg }}' as leg,
        books.{{ leg }}_beta as leg_beta,
        case
            when books.long_beta > 0 and books.short_beta > 0
                then least(1, books.{{ other }}_beta / books.{{ leg }}_beta)
            else least(1, coalesce(books.{{ other }}_size / nullif(books.{{ leg }}_size, 0), 0))
        end as leg_scale,
        books.long_beta <= 0 or books.short_beta <= 0 as is_beta_unhedged

    from books

    {% if not loop.last %}union all{% endif %}

{% endfor %}
