/** What a container's variables are: open references resolved from what came with the pod. Pure. */
export { type PodPlace, resolveEnvironment } from './resolve.js';
