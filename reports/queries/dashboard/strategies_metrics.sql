-- Metrics of strategies over a range of days, defined as performance.summary's of all days.
-- A = n / years spanned by the dates. psr and dsr (Bailey and Lopez de Prado 2012, 2014) are of the
-- range's own moments; what luck would show among all trials is that of performance.luck.
with

daily as (

    select
        daily_pnl.date,
        daily_pnl.strategy,
        case
            when $series = 'net' then daily_pnl.net_return
            else daily_pnl.gross_return + daily_pnl.cash_return
        end as return,
        daily_pnl.benchmark_return,
        daily_pnl.risk_free_return,
        daily_pnl.turnover

    from performance.daily_pnl as daily_pnl

    where
        list_contains(cast($strategies as varchar[]), daily_pnl.strategy)
        and daily_pnl.date between cast($first_date as date) and cast($last_date as date)

),

grown as (

    select
        daily.*,
        daily.return - daily.risk_free_return as excess_return,
        daily.benchmark_return - daily.risk_free_return as benchmark_excess_return,
        coalesce(exp(sum(ln(greatest(1 + daily.return, 1e-300))) over before_day), 1)
        * (1 + daily.return) as growth

    from daily

    window before_day as (
        partition by daily.strategy
        order by daily.date
        rows between unbounded preceding and 1 preceding
    )

),

fallen as (

    select
        grown.*,
        least(grown.growth / greatest(1, max(grown.growth) over to_date) - 1, 0) as drawdown

    from grown

    window to_date as (
        partition by grown.strategy
        order by grown.date
        rows between unbounded preceding and current row
    )

),

moments as (

    select
        fallen.strategy,
        min(fallen.date) as first_date,
        max(fallen.date) as last_date,
        count(*) as n_days,
        count(*) / nullif(date_diff('day', min(fallen.date), max(fallen.date)) / 365.25, 0)
            as periods_per_year,
        greatest(max_by(fallen.growth, fallen.date), 0) as final_growth,
        stddev_samp(fallen.return) as std_return,
        avg(fallen.excess_return) as mean_excess,
        case
            when stddev_samp(fallen.excess_return) > 1e-12 then stddev_samp(fallen.excess_return)
        end as std_excess,
        sqrt(avg(power(least(fallen.excess_return, 0), 2))) as downside_deviation,
        min(fallen.drawdown) as max_drawdown,
        avg(fallen.turnover) as mean_turnover,
        covar_samp(fallen.excess_return, fallen.benchmark_excess_return)
        / nullif(var_samp(fallen.benchmark_excess_return), 0) as beta,
        avg(fallen.benchmark_excess_return) as mean_benchmark_excess,
        avg(fallen.return - fallen.benchmark_return) as mean_active,
        stddev_samp(fallen.return - fallen.benchmark_return) as std_active,
        avg(case when fallen.return > 1e-12 then 1.0 else 0 end) as hit_rate

    from fallen

    group by fallen.strategy

),

shapes as (

    select
        moments.strategy,
        avg(power(fallen.excess_return - moments.mean_excess, 2)) as second_moment,
        avg(power(fallen.excess_return - moments.mean_excess, 3)) as third_moment,
        avg(power(fallen.excess_return - moments.mean_excess, 4)) as fourth_moment

    from fallen

    inner join moments on fallen.strategy = moments.strategy

    where moments.n_days >= 20 and moments.std_excess is not null

    group by moments.strategy

),

-- The distance of the Sharpe ratio from 0, and from the best of as many trials of no worth, in
-- standard errors.
distances as (

    select
        moments.*,
        luck.n_trials,
        moments.mean_excess / moments.std_excess as period_sharpe,
        sqrt(moments.n_days - 1)
        / sqrt(
            nullif(
                greatest(
                    1
                    - shapes.third_moment
                    / power(shapes.second_moment, 1.5)
                    * (moments.mean_excess / moments.std_excess)
                    + (shapes.fourth_moment / power(shapes.second_moment, 2) - 1)
                    / 4
                    * power(moments.mean_excess / moments.std_excess, 2),
                    0
                ),
                0
            )
        ) as standard_errors,
        luck.expected_max_sharpe / sqrt(moments.periods_per_year) as hurdle

    from moments

    left join shapes on moments.strategy = shapes.strategy

    left join performance.luck as luck on moments.strategy = luck.strategy

),

questions as (

    select
        distances.strategy,
        'psr' as question,
        distances.period_sharpe * distances.standard_errors as z

    from distances

    union all

    select
        distances.strategy,
        'dsr' as question,
        (distances.period_sharpe - distances.hurdle) * distances.standard_errors as z

    from distances

),

-- The normal distribution function to 1e-14: Hart (1968) as in West (2005).
tails as (

    select
        questions.strategy,
        questions.question,
        questions.z,
        abs(questions.z) as x,
        exp(-questions.z * questions.z / 2) as density

    from questions

),

normal_tails as (

    select
        tails.strategy,
        tails.question,
        tails.z,
        tails.density
        * case
            when tails.x < 7.07106781186547
                then
                    (
                        (
                            (
                                (
                                    (
                                        (0.0352624965998911 * tails.x + 0.700383064443688) * tails.x
                                        + 6.37396220353165
                                    )
                                    * tails.x
                                    + 33.912866078383
                                )
                                * tails.x
                                + 112.079291497871
                            )
                            * tails.x
                            + 221.213596169931
                        )
                        * tails.x
                        + 220.206867912376
                    )
                    / (
                        (
                            (
                                (
                                    (
                                        (
                                            (0.0883883476483184 * tails.x + 1.75566716318264)
                                            * tails.x
                                            + 16.064177579207
                                        )
                                        * tails.x
                                        + 86.7807322029461
                                    )
                                    * tails.x
                                    + 296.564248779674
                                )
                                * tails.x
                                + 637.333633378831
                            )
                            * tails.x
                            + 793.826512519948
                        )
                        * tails.x
                        + 440.413735824752
                    )
            else
                0.398942280401433
                / (tails.x + 1 / (tails.x + 2 / (tails.x + 3 / (tails.x + 4 / (tails.x + 0.65)))))
        end as tail

    from tails

),

probabilities as (

    select
        normal_tails.strategy,
        max(
            case when normal_tails.z > 0 then 1 - normal_tails.tail else normal_tails.tail end
        ) filter (where normal_tails.question = 'psr') as psr,
        max(
            case when normal_tails.z > 0 then 1 - normal_tails.tail else normal_tails.tail end
        ) filter (where normal_tails.question = 'dsr') as dsr

    from normal_tails

    where normal_tails.z is not null

    group by normal_tails.strategy

)

select
    distances.strategy,
    distances.first_date,
    distances.last_date,
    distances.n_days,
    power(distances.final_growth, distances.periods_per_year / distances.n_days) - 1
        as ann_return,
    distances.std_return * sqrt(distances.periods_per_year) as ann_vol,
    distances.period_sharpe * sqrt(distances.periods_per_year) as sharpe,
    distances.mean_excess / nullif(distances.downside_deviation, 0)
    * sqrt(distances.periods_per_year) as sortino,
    distances.max_drawdown,
    (power(distances.final_growth, distances.periods_per_year / distances.n_days) - 1)
    / nullif(abs(distances.max_drawdown), 0) as calmar,
    distances.periods_per_year * distances.mean_turnover as ann_turnover,
    distances.beta,
    power(
        1 + distances.mean_excess - distances.beta * distances.mean_benchmark_excess,
        distances.periods_per_year
    )
    - 1 as alpha_ann,
    distances.mean_active / nullif(distances.std_active, 0) * sqrt(distances.periods_per_year)
        as information_ratio,
    distances.hit_rate,
    probabilities.psr,
    probabilities.dsr,
    distances.n_trials

from distances

left join probabilities on distances.strategy = probabilities.strategy

order by distances.strategy
