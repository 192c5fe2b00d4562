/** What a container's variables are: open references resolved from what came with the pod, and from files when it is made. Pure. */
export { EnvFileError, parseEnvFile } from './env-file.js';
export { fileReferenceOf, type FileReference, withFileValues } from './file-values.js';
export { type PodPlace, resolveEnvironment } from './resolve.js';
export { hasOpenReferences } from './values.js';
