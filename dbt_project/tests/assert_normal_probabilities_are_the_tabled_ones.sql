{# The normal distribution function against values of 17 digits (scipy 1.16). #}
with

answers as (

    select
        cast(answered.x as double) as x,
        cast(answered.probability as double) as probability

    from (
        values
        ('-38', '0'),
        ('-20', '2.7536241186061556e-89'),
        ('-8.5', '9.47953482220325e-18'),
        ('-7.0710679', '7.687294089058918e-13'),
        ('-7.0710678', '7.687299629545428e-13'),
        ('-5', '2.866515718791933e-07'),
        ('-3', '0.0013498980316300933'),
        ('-1.9599639845400542', '0.025'),
        ('-1.5', '0.06680720126885807'),
        ('-0.1', '0.460172162722971'),
        ('0', '0.5'),
        ('0.1', '0.539827837277029'),
        ('1', '0.8413447460685429'),
        ('2', '0.9772498680518208'),
        ('6', '0.9999999990134123'),
        ('9', '1')
    ) as answered (x, probability)

),

found as (

    select
        answers.*,
        {{ normal_cdf('answers.x') }} as answer

    from answers

)

select found.*

from found

where
    not coalesce(
        abs(found.answer - found.probability) <= 1e-15 + 1e-12 * found.probability, false
    )
