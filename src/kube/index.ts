/**
 * The Kubernetes API's own types and small pure rules about them: quantities, what a pod asks for and is told, image names, `$(VAR)`,
 * host names, which container is meant.
 */
export type * from './later-fields.js';
export type * from './types.js';
export * from './capabilities.js';
export * from './containers.js';
export * from './dns.js';
export * from './downward-api.js';
export * from './go-string.js';
export * from './host-ports.js';
export * from './hostnames.js';
export * from './image-names.js';
export * from './ip-addresses.js';
export * from './probes.js';
export * from './program-strings.js';
export { matchLogins } from './login-patterns.js';
export * from './registry-logins.js';
export * from './qos.js';
export * from './quantities.js';
export * from './resources.js';
export * from './security-context.js';
export * from './signals.js';
export * from './sub-paths.js';
export * from './sysctls.js';
export * from './variables.js';
