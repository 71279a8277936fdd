# One image: the bundle is built with Node, the packages are installed with hashes, and a plain user runs it.
FROM node:24-slim AS bundle
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm install --no-save --ignore-scripts --omit=dev
COPY app/web/static app/web/static
RUN npm run build

FROM python:3.13-slim AS packages
WORKDIR /build
COPY requirements requirements
RUN python -m venv /travaux/.venv \
 && /travaux/.venv/bin/pip install --quiet --no-cache-dir --require-hashes -r requirements/tools.txt \
 && /travaux/.venv/bin/uv pip install --quiet --no-cache --python /travaux/.venv --require-hashes -r requirements/run.txt
WORKDIR /travaux
COPY pyproject.toml ./
COPY app app
RUN .venv/bin/uv pip install --quiet --no-cache --python .venv --no-deps --no-build-isolation --editable .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /travaux travaux && mkdir -p /data && chown travaux /data
WORKDIR /travaux
COPY --from=packages /travaux /travaux
COPY --from=bundle /build/app/web/static/built app/web/static/built
COPY migrations migrations
COPY templates templates
COPY drafts drafts
ENV PATH=/travaux/.venv/bin:$PATH PYTHONUNBUFFERED=1 \
    TRAVAUX_HOST=0.0.0.0 TRAVAUX_PORT=8000 TRAVAUX_DATA=/data
USER travaux
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=3s --start-period=40s --retries=4 \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["travaux", "serve"]
