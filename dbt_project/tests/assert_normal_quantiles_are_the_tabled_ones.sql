{# The normal distribution's quantiles against values of 17 digits (scipy 1.16). #}
with

answers as (

    select
        cast(answered.probability as double) as probability,
        cast(answered.z as double) as z

    from (
        values
        ('1e-300', '-37.0470962993612'),
        ('1e-30', '-11.464024688443613'),
        ('1.3e-11', '-6.667611456510741'),
        ('1.4e-11', '-6.656723091518184'),
        ('1e-6', '-4.753424308822899'),
        ('0.001', '-3.090232306167813'),
        ('0.025', '-1.9599639845400545'),
        ('0.0749', '-1.4402382675279635'),
        ('0.0751', '-1.4388253927525403'),
        ('0.25', '-0.6744897501960817'),
        ('0.4999', '-0.0002506628300880075'),
        ('0.5', '0.0'),
        ('0.6', '0.2533471031357997'),
        ('0.9249', '1.4388253927525403'),
        ('0.9251', '1.4402382675279635'),
        ('0.975', '1.959963984540054'),
        ('0.99', '2.3263478740408408'),
        ('0.999999', '4.753424308817087'),
        ('0.999999999999', '7.0344869100478356')
    ) as answered (probability, z)

),

found as (

    select
        answers.*,
        {{ normal_quantile('answers.probability') }} as answer

    from answers

)

select found.*

from found

where not coalesce(abs(found.answer - found.z) <= 1e-12 * abs(found.z), false)
