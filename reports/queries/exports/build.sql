-- What the published file was made of.
select
    build_info.build_fingerprint,
    build_info.data_fingerprint,
    build_info.settings_fingerprint,
    build_info.code_fingerprint,
    cast(build_info.known_at as varchar) as known_at,
    cast(build_info.first_date as varchar) as first_date,
    cast(build_info.last_date as varchar) as last_date

from prepared.build_info as build_info
