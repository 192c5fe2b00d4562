# Built by: npm run image (scripts/build-image.sh), for any architecture that BASE has. BASE needs Node and npm, and a shell.
ARG BASE=node:24-bookworm-slim

FROM ${BASE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY scripts/node scripts/node
RUN npm ci --omit=optional --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY scripts/write-sbom.js scripts/
RUN npm run -s build && chmod +x dist/main.js \
 && npm prune --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund && node scripts/write-sbom.js sbom.cdx.json

FROM ${BASE}
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="interlink-docker" \
      org.opencontainers.image.description="An interLink plugin that runs Kubernetes pods on a Docker Engine" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV NODE_ENV=production SOCKET=unix:///run/interlink/plugin.sock
WORKDIR /app
COPY --from=build /app/package.json /app/sbom.cdx.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY LICENSE ./
# The user of BASE that is not root. The engine's socket is mounted: run it with --group-add of that socket's group.
RUN ln -s /app/dist/main.js /usr/local/bin/interlink-docker \
 && mkdir -p /run/interlink /var/lib/interlink-docker && chown 1000:1000 /run/interlink /var/lib/interlink-docker
USER 1000:1000
VOLUME /var/lib/interlink-docker
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["node", "dist/main.js", "health"]
ENTRYPOINT ["node", "dist/main.js"]
CMD ["serve"]
