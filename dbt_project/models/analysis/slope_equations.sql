{# The normal equations of each date's regression of the return that came after on an #}
{# intercept and all family composites at once: sums of products over the names that have any. #}
{# A missing composite is 0, the middle; a family that no name has is no regressor of the date. #}
with

-- Numbers group faster than names do; the return's is 0. Who has the overall composite has one of
-- a family: its row stands for the intercept.
regressors as (

    select
        composites.composite,
        composites.regressor,
        cast(row_number() over (order by composites.regressor) as integer) as term

    from (
        select distinct
            composite_values.composite,
            case composite_values.composite
                when 'composite' then 'intercept' else composite_values.composite
            end as regressor

        from {{ ref('composite_values') }} as composite_values
    ) as composites

),

explaining as {{ inlined() }} (

    select
        slope_labels.as_of_date,
        slope_labels.asset_class,
        slope_labels.symbol,
        slope_labels.fwd_ret,
        regressors.term,
        regressors.regressor = 'intercept' as is_intercept,
        case composite_values.composite
            when 'composite' then 1 else composite_values.composite_value
        end as term_value

    from {{ ref('slope_labels') }} as slope_labels

    inner join {{ ref('composite_values') }} as composite_values
        on
            slope_labels.as_of_date = composite_values.as_of_date
            and slope_labels.symbol = composite_values.symbol

    inner join regressors on composite_values.composite = regressors.composite

),

terms as (

    select
        explaining.as_of_date,
        explaining.asset_class,
        explaining.symbol,
        explaining.term,
        explaining.term_value

    from explaining

    union all

    select
        explaining.as_of_date,
        explaining.asset_class,
        explaining.symbol,
        0 as term,
        explaining.fwd_ret as term_value

    from explaining

    where explaining.is_intercept

),

-- The return is term 0, the right-hand side.
numbered as (

    select
        terms.as_of_date,
        terms.asset_class,
        terms.term,
        row_number() over by_term - 1 as term_no,
        count(*) over by_date - 1 as n_unknowns,
        max(count(*)) over by_date as n_names

    from terms

    group by terms.as_of_date, terms.asset_class, terms.term

    window
        by_date as (partition by terms.as_of_date, terms.asset_class),
        by_term as (
            partition by terms.as_of_date, terms.asset_class
            order by terms.term
        )

),

-- The product of two terms is that of the two the other way round: once is enough.
halves as (

    select
        terms.as_of_date,
        terms.asset_class,
        terms.term as row_term,
        other_terms.term as column_term,
        sum(terms.term_value * other_terms.term_value) as product

    from terms

    inner join terms as other_terms
        on
            terms.as_of_date = other_terms.as_of_date
            and terms.symbol = other_terms.symbol
            and terms.term <= other_terms.term

    group by terms.as_of_date, terms.asset_class, terms.term, other_terms.term

),

products as (

    select * from halves

    union all

    select
        halves.as_of_date,
        halves.asset_class,
        halves.column_term as row_term,
        halves.row_term as column_term,
        halves.product

    from halves

    where halves.row_term < halves.column_term

),

-- Two families that no name has both of leave no product: their cell is 0.
equations as (

    select
        row_terms.as_of_date,
        row_terms.asset_class,
        regressors.regressor,
        row_terms.term_no as row_no,
        column_terms.term_no as column_no,
        coalesce(products.product, 0) as product,
        row_terms.n_unknowns,
        row_terms.n_names

    from numbered as row_terms

    inner join numbered as column_terms
        on
            row_terms.as_of_date = column_terms.as_of_date
            and row_terms.asset_class = column_terms.asset_class

    inner join regressors on row_terms.term = regressors.term

    left join products
        on
            row_terms.as_of_date = products.as_of_date
            and row_terms.asset_class = products.asset_class
            and row_terms.term = products.row_term
            and column_terms.term = products.column_term

)

select * from equations
