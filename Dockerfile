# One image for every Python part of docker-compose.yml: Airflow, doisoat, the simulator, the mail catcher.
FROM python:3.12.12-slim-bookworm

ENV PYTHONUNBUFFERED=1 PIP_DISABLE_PIP_VERSION_CHECK=1 LANG=C.UTF-8 TZ=Asia/Ho_Chi_Minh
RUN apt-get update \
    && apt-get install -y --no-install-recommends fonts-dejavu-core fonts-noto-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 50000 doisoat

# Add requirements-spark.lock or requirements-celery.lock for what docs/beyond-one-machine.md says.
ARG LOCKS="requirements.lock"
WORKDIR /opt/doisoat
COPY requirements*.lock pyproject.toml README.md ./
RUN pip install --no-cache-dir uv==0.13.9 \
    && uv pip install --system --no-cache --require-hashes --compile-bytecode $(printf -- '-r %s ' $LOCKS)
COPY sql sql
COPY plugins plugins
COPY dags dags
RUN uv pip install --system --no-cache --no-build-isolation --no-deps -e . \
    && mkdir -p /var/lib/doisoat /var/lib/airflow \
    && chown -R doisoat:doisoat /opt/doisoat /var/lib/doisoat /var/lib/airflow

USER doisoat
ENV AIRFLOW_HOME=/var/lib/airflow \
    DOISOAT_HOME=/var/lib/doisoat \
    PYTHONPATH=/opt/doisoat/plugins \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/doisoat/dags \
    AIRFLOW__CORE__PLUGINS_FOLDER=/opt/doisoat/plugins \
    AIRFLOW__CORE__LOAD_EXAMPLES=False
