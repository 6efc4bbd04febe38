{# The slopes of all family composites at once: each date's normal equations solved by Gauss and #}
{# Jordan, one unknown a step. An unknown of which its forerunners leave nothing (a composite that is #}
{# the same for all names, or the sum of others) has no pivot, and its date no slopes. #}
with recursive

eliminated as (

    select
        slope_equations.as_of_date,
        slope_equations.asset_class,
        slope_equations.regressor,
        slope_equations.row_no,
        slope_equations.column_no,
        slope_equations.n_unknowns,
        slope_equations.n_names,
        slope_equations.product as coefficient,
        max(
            case
                when slope_equations.row_no = slope_equations.column_no
                    then slope_equations.product
            end
        ) over (
            partition by
                slope_equations.as_of_date, slope_equations.asset_class, slope_equations.row_no
        ) as sum_of_squares,
        cast(0 as bigint) as step_no

    from {{ ref('slope_equations') }} as slope_equations

    -- More names than composites (the unknowns without the intercept) and the least number of names.
    where
        slope_equations.n_names > slope_equations.n_unknowns - 1 + {{ var('min_names') }}

    union all

    select
        pivoted.as_of_date,
        pivoted.asset_class,
        pivoted.regressor,
        pivoted.row_no,
        pivoted.column_no,
        pivoted.n_unknowns,
        pivoted.n_names,
        case
            when pivoted.row_no = pivoted.step_no + 1 then pivoted.coefficient / pivoted.pivot
            else
                pivoted.coefficient
                - pivoted.in_pivot_column * pivoted.in_pivot_row / pivoted.pivot
        end as coefficient,
        pivoted.sum_of_squares,
        pivoted.step_no + 1 as step_no

    from (
        select
            eliminated.*,
            max(case when column_no = step_no + 1 then coefficient end) over (
                partition by as_of_date, asset_class, row_no
            ) as in_pivot_column,
            max(case when row_no = step_no + 1 then coefficient end) over (
                partition by as_of_date, asset_class, column_no
            ) as in_pivot_row,
            max(
                case
                    when
                        row_no = step_no + 1
                        and column_no = step_no + 1
                        and coefficient > 1e-10 * sum_of_squares
                        then coefficient
                end
            ) over (partition by as_of_date, asset_class) as pivot

        from eliminated

        where step_no < n_unknowns
    ) as pivoted

    -- Without a pivot the date is given up.
    where pivoted.pivot is not null

)

select
    eliminated.as_of_date,
    eliminated.asset_class,
    eliminated.regressor,
    eliminated.coefficient as slope,
    eliminated.n_names

from eliminated

where
    eliminated.step_no = eliminated.n_unknowns
    and eliminated.column_no = 0
