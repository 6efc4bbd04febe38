{# The slopes of all family composites at once: each date's normal equations solved by Gauss #}
{# and Jordan, one unknown a step. Where its forerunners leave nothing of an unknown (a composite #}
{# that is the same for all names, or the sum of others), that date has no slopes. #}
{% set families = registered_factors() | map(attribute='family') | unique | list %}
{% set n_steps = families | length + 1 %}
with

eliminated_0 as (

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
        ) as sum_of_squares

    from {{ ref('slope_equations') }} as slope_equations

    -- More names than composites (the unknowns but the intercept) and the least number of names.
    where
        slope_equations.n_names > slope_equations.n_unknowns - 1 + {{ var('min_names') }}

),

{% for step in range(1, n_steps + 1) %}
    {% set before = 'eliminated_' ~ (step - 1) %}

    pivoted_{{ step }} as (

        select
            {{ before }}.*,
            max(case when {{ before }}.column_no = {{ step }} then {{ before }}.coefficient end)
                over (
                    partition by
                        {{ before }}.as_of_date, {{ before }}.asset_class, {{ before }}.row_no
                ) as in_pivot_column,
            max(case when {{ before }}.row_no = {{ step }} then {{ before }}.coefficient end)
                over (
                    partition by
                        {{ before }}.as_of_date, {{ before }}.asset_class, {{ before }}.column_no
                ) as in_pivot_row,
            max(
                case
                    when
                        {{ before }}.row_no = {{ step }}
                        and {{ before }}.column_no = {{ step }}
                        and {{ before }}.coefficient > 1e-10 * {{ before }}.sum_of_squares
                        then {{ before }}.coefficient
                end
            ) over (partition by {{ before }}.as_of_date, {{ before }}.asset_class) as divisor

        from {{ before }}

    ),

    -- Without a divisor a date that has the unknown is given up; what stands before is done with.
    eliminated_{{ step }} as (

        select
            pivoted_{{ step }}.as_of_date,
            pivoted_{{ step }}.asset_class,
            pivoted_{{ step }}.regressor,
            pivoted_{{ step }}.row_no,
            pivoted_{{ step }}.column_no,
            pivoted_{{ step }}.n_unknowns,
            pivoted_{{ step }}.n_names,
            case
                when pivoted_{{ step }}.n_unknowns < {{ step }} then pivoted_{{ step }}.coefficient
                when pivoted_{{ step }}.row_no = {{ step }}
                    then pivoted_{{ step }}.coefficient / pivoted_{{ step }}.divisor
                else
                    pivoted_{{ step }}.coefficient
                    - pivoted_{{ step }}.in_pivot_column
                    * pivoted_{{ step }}.in_pivot_row
                    / pivoted_{{ step }}.divisor
            end as coefficient,
            pivoted_{{ step }}.sum_of_squares

        from pivoted_{{ step }}

        where
            (pivoted_{{ step }}.n_unknowns < {{ step }} or pivoted_{{ step }}.divisor is not null)
            and (pivoted_{{ step }}.column_no = 0 or pivoted_{{ step }}.column_no > {{ step }})

    ),

{% endfor %}

solved as (

    select
        eliminated.as_of_date,
        eliminated.asset_class,
        eliminated.regressor,
        eliminated.coefficient as slope,
        eliminated.n_names

    from eliminated_{{ n_steps }} as eliminated

)

select * from solved
