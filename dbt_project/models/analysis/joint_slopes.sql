{# The slopes of all family composites at once: each date's normal equations solved by Gauss #}
{# and Jordan, one unknown a step. Where its forerunners leave nothing of an unknown (a composite #}
{# that is the same for all names, or the sum of others), that date has no slopes. #}
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

    -- More names than composites (the unknowns but the intercept) and the least number of names.
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
            when pivoted.row_no = pivoted.step_no + 1
                then pivoted.coefficient / pivoted.divisor
            else
                pivoted.coefficient
                - pivoted.in_pivot_column * pivoted.in_pivot_row / pivoted.divisor
        end as coefficient,
        pivoted.sum_of_squares,
        pivoted.step_no + 1 as step_no

    from (
        select
            eliminated.*,
            max(
                case
                    when eliminated.column_no = eliminated.step_no + 1
                        then eliminated.coefficient
                end
            ) over (
                partition by eliminated.as_of_date, eliminated.asset_class, eliminated.row_no
            ) as in_pivot_column,
            max(
                case
                    when eliminated.row_no = eliminated.step_no + 1 then eliminated.coefficient
                end
            ) over (
                partition by eliminated.as_of_date, eliminated.asset_class, eliminated.column_no
            ) as in_pivot_row,
            max(
                case
                    when
                        eliminated.row_no = eliminated.step_no + 1
                        and eliminated.column_no = eliminated.step_no + 1
                        and eliminated.coefficient > 1e-10 * eliminated.sum_of_squares
                        then eliminated.coefficient
                end
            ) over (partition by eliminated.as_of_date, eliminated.asset_class) as divisor

        from eliminated

        where eliminated.step_no < eliminated.n_unknowns
    ) as pivoted

    -- Without one the date is given up.
    where pivoted.divisor is not null

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
