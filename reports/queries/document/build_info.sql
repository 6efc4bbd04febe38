-- What the build was made of, one row: fingerprints, and as of when its data were known (UTC).
select
    build_info.build_fingerprint,
    build_info.data_fingerprint,
    build_info.settings_fingerprint,
    build_info.code_fingerprint,
    build_info.known_at

from prepared.build_info as build_info
