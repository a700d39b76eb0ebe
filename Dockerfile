# Any image with Python 3.11 or newer and its venv module will do, the same for both stages.
ARG BASE=python:3.12-slim

FROM ${BASE} AS build
WORKDIR /app
ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements-build.lock requirements.lock ./
RUN python3 -m venv .venv \
    && .venv/bin/python -m pip install --require-hashes -r requirements-build.lock \
    && .venv/bin/python -m pip install --use-pep517 --no-build-isolation --require-hashes -r requirements.lock \
    && .venv/bin/python -m pip uninstall --yes setuptools pip
COPY . program/
# The program cannot write bytecode beside itself later: its user may not, and the root may be read-only.
RUN rm program/requirements*.lock \
    && .venv/bin/python -m compileall -q program

FROM ${BASE}
RUN groupadd --gid 10001 hongyan \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin hongyan \
    && install --directory --owner=10001 --group=10001 --mode=0700 /data
WORKDIR /app/program
COPY --from=build /app/.venv /app/.venv
COPY --from=build /app/program /app/program
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATABASE_URL=sqlite:///data/hongyan.sqlite3 \
    HONGYAN_ANONYMITY__KEY_FILE=/data/anonymity.key \
    HONGYAN_ENCRYPTION__KEY_FILE=/data/keys \
    HONGYAN_AUDIT__KEY_FILE=/data/audit.key \
    HONGYAN_WEB__PORT=8080
USER 10001:10001
VOLUME /data
# Answers only inside the container: no port has to be published for it.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['HONGYAN_WEB__PORT'] + '/healthz', timeout=4)"]
ENTRYPOINT ["python", "run_bot.py"]
