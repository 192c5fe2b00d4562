# Built by: docker build -t interlink-docker .
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=optional --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npx tsc -p tsconfig.build.json && npm prune --omit=dev --omit=optional --ignore-scripts

FROM node:24-bookworm-slim
ENV NODE_ENV=production SOCKET=unix:///run/interlink/plugin.sock
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
# The engine's socket is mounted; run it with --group-add of that socket's group.
RUN mkdir -p /run/interlink /var/lib/interlink-docker && chown node:node /run/interlink /var/lib/interlink-docker
USER node
VOLUME /var/lib/interlink-docker
ENTRYPOINT ["node", "dist/main.js"]
CMD ["serve"]
