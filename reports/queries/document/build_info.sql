-- The fingerprints of the build, one row.
select
    build_info.build_fingerprint,
    build_info.data_fingerprint,
    build_info.settings_fingerprint,
    build_info.code_fingerprint

from prepared.build_info as build_info
