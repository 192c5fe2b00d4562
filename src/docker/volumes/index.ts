/** What a pod's volumes hold before any container runs, and the one archive that fills them. */
export { digestOf, toVolumeContents, type VolumeContent } from './files.js';
export { toVolumeTar } from './files-tar.js';
