{{ config(tags=['sweep']) }}
{# Combinatorially symmetric cross-validation: every choice of 8 of 16 blocks of days picks the #}
{# best Sharpe ratio in them, and asks for its rank among all in the other 8: relative_rank = #}
{# rank / (n + 1), logit = ln of its odds. Bailey, Borwein, Lopez de Prado and Zhu (2015). #}
{% set blocks = range(1, 17) %}
with

-- One row per strategy, so that a split is a product of two rows. A book that does not move has
-- no Sharpe ratio, and is not chosen from.
books as (

    select
        block_returns.peer_group,
        block_returns.strategy,
        row_number() over (
            partition by block_returns.peer_group
            order by block_returns.strategy
        ) as strategy_no,
        count(*) over (partition by block_returns.peer_group) as n_strategies,
        8 * max(block_returns.block_days) as n_days,
        {% for block in blocks %}
            {% for column in ['excess_sum', 'excess_square'] %}
                sum(
                    case
                        when block_returns.block_no = {{ block }} then block_returns.{{ column }}
                        else 0
                    end
                ) as {{ column }}_{{ block }},
            {% endfor %}
        {% endfor %}
        sum(block_returns.excess_sum) as excess_sum,
        sum(block_returns.excess_square) as excess_square

    from {{ ref('block_returns') }} as block_returns

    group by block_returns.peer_group, block_returns.strategy

    having
        sum(block_returns.excess_square) - power(sum(block_returns.excess_sum), 2)
        / (16 * max(block_returns.block_days)) > 1e-24 * max(block_returns.block_days)

),

-- A split is a number whose 16 bits say which blocks are chosen.
splits as (

    select
        cast(numbers.split_no as integer) as split_no,
        {% for block in blocks %}
            (numbers.split_no >> {{ loop.index0 }}) & 1 as in_{{ block }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}

    from range({{ 2 ** 16 }}) as numbers (split_no)

    where bit_count(numbers.split_no) = 8

),

halves as (

    select
        books.peer_group,
        splits.split_no,
        books.strategy_no,
        books.n_strategies,
        cast(books.n_days as double) as n_days,
        {% for column in ['excess_sum', 'excess_square'] %}
            books.{{ column }},
            {% for block in blocks %}
                splits.in_{{ block }} * books.{{ column }}_{{ block }}
                {% if not loop.last %}+{% endif %}
            {% endfor %} as chosen_{{ column }}{% if not loop.last %},{% endif %}
        {% endfor %}

    from books

    cross join splits

    where books.n_strategies > 1

),

deviations as (

    select
        halves.*,
        halves.excess_sum - halves.chosen_excess_sum as other_excess_sum,
        sqrt(
            greatest(
                halves.chosen_excess_square - power(halves.chosen_excess_sum, 2) / halves.n_days, 0
            )
            / (halves.n_days - 1)
        ) as chosen_std,
        sqrt(
            greatest(
                halves.excess_square
                - halves.chosen_excess_square
                - power(halves.excess_sum - halves.chosen_excess_sum, 2) / halves.n_days,
                0
            )
            / (halves.n_days - 1)
        ) as other_std

    from halves

),

-- A half without a move has a Sharpe ratio of 0; equal but for rounding is equal.
ratios as (

    select
        deviations.peer_group,
        deviations.split_no,
        deviations.strategy_no,
        round(
            case
                when deviations.chosen_std > 1e-12
                    then deviations.chosen_excess_sum / deviations.n_days / deviations.chosen_std
                else 0
            end,
            10
        ) as chosen_ratio,
        round(
            case
                when deviations.other_std > 1e-12
                    then deviations.other_excess_sum / deviations.n_days / deviations.other_std
                else 0
            end,
            10
        ) as other_ratio

    from deviations

),

-- Of equals the first is chosen: ratios as whole numbers, with room for the strategies between.
winners as (

    select
        ratios.peer_group,
        ratios.split_no,
        max_by(
            ratios.strategy_no, round(1e10 * ratios.chosen_ratio) * 65536 - ratios.strategy_no
        ) as strategy_no,
        max(ratios.chosen_ratio) as chosen_ratio,
        max_by(
            ratios.other_ratio, round(1e10 * ratios.chosen_ratio) * 65536 - ratios.strategy_no
        ) as other_ratio

    from ratios

    group by ratios.peer_group, ratios.split_no

),

ranked as (

    select
        winners.peer_group,
        winners.split_no,
        winners.strategy_no,
        winners.chosen_ratio,
        winners.other_ratio,
        (
            count(*) filter (where ratios.other_ratio < winners.other_ratio)
            + (count(*) filter (where ratios.other_ratio = winners.other_ratio) + 1) / 2e0
        )
        / (count(*) + 1) as relative_rank

    from winners

    inner join ratios
        on winners.peer_group = ratios.peer_group and winners.split_no = ratios.split_no

    group by
        winners.peer_group,
        winners.split_no,
        winners.strategy_no,
        winners.chosen_ratio,
        winners.other_ratio

)

select
    ranked.peer_group,
    ranked.split_no,
    books.strategy,
    books.n_strategies,
    ranked.chosen_ratio as chosen_sharpe,
    ranked.other_ratio as other_sharpe,
    ranked.relative_rank,
    ln(ranked.relative_rank / (1 - ranked.relative_rank)) as logit

from ranked

inner join books
    on ranked.peer_group = books.peer_group and ranked.strategy_no = books.strategy_no
