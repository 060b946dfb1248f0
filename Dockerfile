# Two stages: the first has the toolchains and makes the wheel, the second has Python and the wheel alone.

FROM rust:1-slim-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3 python3-pip python3-venv \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Cargo.toml Cargo.lock pyproject.toml README.md LICENSE ./
COPY src src
COPY python python
# Cargo wants every target that the manifest names.
COPY tests/parity/manifest/dump.rs tests/parity/manifest/dump.rs
COPY tests/parity/jinja_generated/render.rs tests/parity/jinja_generated/render.rs
RUN python3 -m venv /build \
    && /build/bin/pip install --no-cache-dir "maturin>=1.9,<2" \
    && /build/bin/maturin build --release --locked --out /wheels

FROM python:3.12-slim-bookworm
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir /wheels/*.whl && rm -rf /wheels \
    && useradd --create-home gristmill
USER gristmill
WORKDIR /home/gristmill/project
# Mount a project here, and pass secrets as environment variables:
#   docker run --rm -v "$PWD/models:/home/gristmill/project" -e SOURCES__AMAZON__PRODUCTS_PATH=... gristmill up
ENTRYPOINT ["gristmill"]
CMD ["--help"]
