# One recipe for every process: docker build --build-arg SERVICE=events|volunteers|notifications|stats|city|bridge|webhooks|relay .
ARG PYTHON_IMAGE=python:3.11-slim-bookworm
ARG NODE_IMAGE=node:20-bookworm-slim

FROM ${NODE_IMAGE} AS assets
WORKDIR /assets
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
COPY ops/setup/assets.sh ./
RUN sh assets.sh node_modules /assets/dist

FROM ${PYTHON_IMAGE} AS packages
WORKDIR /app
RUN python -m venv /venv
COPY pyproject.toml README.md LICENSE ./
RUN /venv/bin/python -c "import tomllib; print('\n'.join(tomllib.load(open('pyproject.toml','rb'))['project']['dependencies']))" > /tmp/requirements.txt \
 && /venv/bin/pip install --no-cache-dir --disable-pip-version-check -r /tmp/requirements.txt

FROM ${PYTHON_IMAGE}
ARG SERVICE
LABEL org.opencontainers.image.title="xiangxin-${SERVICE}" org.opencontainers.image.licenses="Apache-2.0"
ENV PATH=/venv/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    ASSETS_DIR=/app/assets SERVICE=${SERVICE}
# Chinese letters for certificates; the other services do without.
RUN if [ "${SERVICE}" = volunteers ]; then apt-get update \
 && apt-get install --yes --no-install-recommends fonts-noto-cjk && rm -rf /var/lib/apt/lists/*; fi
RUN groupadd --gid 10001 xiangxin && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin xiangxin
WORKDIR /app
COPY --from=packages /venv /venv
COPY --from=assets /assets/dist ./assets
COPY contracts ./contracts
COPY kernel ./kernel
COPY ops ./ops
COPY services ./services
USER 10001:10001
STOPSIGNAL SIGTERM
EXPOSE 8000 9100
# What to run is given as arguments: kernel.serve events, kernel.relay events stats, ops prepare …
ENTRYPOINT ["python", "-m"]
CMD ["ops", "--help"]
