# The whole house in one image. It runs `make all` unless told otherwise; `make dashboard`, `make api`,
# `make test` and every other command of the README run in it too (docker-compose.yml shows how).
FROM python:3.13.15-slim-trixie@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b

RUN apt-get update \
    && apt-get install --yes --no-install-recommends make=4.4.1-* \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --create-home house \
    && install --directory --owner=house --group=house \
        /home/house/.cache /house /data/warehouse /data/outputs

USER 10001:10001
WORKDIR /house

# Set-up has a layer of its own, made anew when the lock changes and not with every line of SQL.
COPY --chown=10001:10001 Makefile requirements.lock ./
RUN --mount=type=cache,target=/home/house/.cache/pip,uid=10001,gid=10001 make setup

COPY --chown=10001:10001 . .
# The copy may give the same lock a later time, which make would take for another lock.
RUN touch .venv/.installed

ARG COMMIT=""
ENV PATH=/house/.venv/bin:$PATH \
    FACTORHOUSE_WAREHOUSE_DIR=/data/warehouse \
    FACTORHOUSE_OUTPUT_DIR=/data/outputs \
    FACTORHOUSE_COMMIT=$COMMIT \
    DATASET=demo
VOLUME ["/data/warehouse", "/data/outputs"]

# Healthy once something is published. The services of docker-compose.yml ask their own pages instead.
HEALTHCHECK --interval=1m --timeout=20s --start-period=20m \
    CMD ["sh", "-c", "python -m warehouse sql \"$DATASET\" --command 'select 1' || exit 1"]

CMD ["make", "all"]
