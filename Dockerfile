FROM python:3.13-slim AS packages
ARG HEARING=no
COPY requirements.lock requirements-hearing.lock ./
RUN python -m venv --without-pip /venv \
 && pip --python /venv install --no-cache-dir --require-hashes -r requirements.lock \
 && if [ "$HEARING" = yes ]; then \
        pip --python /venv install --no-cache-dir --require-hashes -r requirements-hearing.lock; \
    fi

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home toso \
 && install --directory --owner toso /data \
 && printf '#!/bin/sh\nexec python -m bot.cli "$@"\n' > /usr/local/bin/toso \
 && chmod +x /usr/local/bin/toso
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 TOSO_DATA_DIR=/data
COPY --from=packages /venv /venv
COPY pyproject.toml ./
COPY locales locales
COPY bot bot
COPY api api
# How people ask is learnt here, before anybody does.
RUN python -m bot.cli learn
# A clone made under a strict umask can be read by its owner alone.
RUN chmod -R a+rX . && python -m compileall -q bot api
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=4s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=3)"]
CMD ["toso", "serve", "--host", "0.0.0.0", "--port", "8000"]
