# The image of one app. From the root of the workspace:
#   docker build -f docker/service.Dockerfile --build-arg APP=hello --build-arg PORT=9090 -t rollcall/hello .
#
# APP is asked for as late as can be: installing every workspace and compiling every app once are layers that all
# images share. Nothing here needs BuildKit; the classic builder makes the same images.

# What the apps need, to be compiled and to run; repeated only when a package.json or the lock changes. Of what is there
# for development only the compiler, the types and what is bundled are let through: linters, test runners and doubles are nine tenths.
FROM node:24-bookworm-slim AS install
WORKDIR /rollcall
COPY .npmrc package.json package-lock.json ./
COPY apps/cli/package.json apps/cli/
COPY apps/gateway/package.json apps/gateway/
COPY apps/hello/package.json apps/hello/
COPY apps/order/package.json apps/order/
COPY apps/product/package.json apps/product/
COPY apps/registry/package.json apps/registry/
COPY libs/address-guard/package.json libs/address-guard/
COPY libs/console/package.json libs/console/
COPY libs/contracts/package.json libs/contracts/
COPY libs/diagnosis/package.json libs/diagnosis/
COPY libs/etcd-client/package.json libs/etcd-client/
COPY libs/load-balancing/package.json libs/load-balancing/
COPY libs/registered-service/package.json libs/registered-service/
COPY libs/registry-client/package.json libs/registry-client/
COPY libs/resource-kit/package.json libs/resource-kit/
COPY libs/service-kit/package.json libs/service-kit/
COPY libs/telemetry/package.json libs/telemetry/
COPY docker/keep-compile-dependencies.js docker/
RUN node docker/keep-compile-dependencies.js package.json apps/*/package.json libs/*/package.json \
 && npm ci --workspace=apps --workspace=libs/console --include-workspace-root

# Every app, compiled as tools/workspace/build.js does it. Of libs/ only what runs is left.
FROM install AS build
COPY tsconfig.base.json ./
COPY libs libs
COPY apps apps
RUN node_modules/.bin/tsc -b apps/*/tsconfig.build.json \
 && node libs/telemetry/bundle.mjs \
 && node libs/console/bundle.mjs \
 && node apps/cli/bundle.mjs --command-only \
 && find apps libs -type f \( -name '*.d.ts' -o -name '*.d.ts.map' -o -name '*.tsbuildinfo' \) -delete \
 && rm -rf libs/*/node_modules libs/*/src libs/*/*.json libs/*/*.mjs

# What one app needs to run, out of the cache that `install` left behind.
FROM install AS production
RUN rm -rf node_modules
ARG APP
RUN npm ci --offline --omit=dev --workspace="apps/$APP"

FROM node:24-bookworm-slim
# Where an app keeps its files unless DATA_DIR says otherwise; a volume mounted there belongs to `node` from the start.
# Nothing installs here any more: what could is of use only to somebody who got in.
RUN mkdir -p /var/lib/rollcall && chown node:node /var/lib/rollcall \
 && rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
    /usr/local/bin/yarn /usr/local/bin/yarnpkg /opt/yarn-* \
 && ln -s /usr/local/lib/rollcall/rollcall.js /usr/local/bin/rollcall
WORKDIR /rollcall
COPY docker/health-check.js ./
# `docker-compose exec registry rollcall ls`: the command alone, in two files; the app is what the image is for.
COPY --from=build /rollcall/apps/cli/lib /usr/local/lib/rollcall
COPY --from=build /rollcall/libs libs

ARG APP
ARG PORT
COPY --from=production /rollcall/node_modules node_modules
COPY --from=production /rollcall/libs libs
COPY --from=production /rollcall/apps/$APP apps/$APP
COPY --from=build /rollcall/apps/$APP/dist apps/$APP/dist
WORKDIR /rollcall/apps/$APP

# A container's loopback is nobody else's: listen on every address, and publish ports with care instead.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=$PORT DATA_DIR=/var/lib/rollcall
EXPOSE $PORT
LABEL org.opencontainers.image.title="rollcall-$APP" \
      org.opencontainers.image.description="Rollcall: a service registry, an API gateway and a Node client library" \
      org.opencontainers.image.licenses="MIT"
USER node
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 CMD ["node", "/rollcall/health-check.js"]
CMD ["node", "--enable-source-maps", "dist/main.js"]
