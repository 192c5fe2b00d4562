/** The Kubernetes API's own types and small pure rules about them. */
export type * from './types.js';
