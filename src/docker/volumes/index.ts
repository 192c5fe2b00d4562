/** What stands on the engine for a pod's volumes, what they hold before any container runs, and the one archive that fills them. */
export type { PlannedVolume, VolumeContent } from './content.js';
export { toTar, toVolumeTar } from './files-tar.js';
export { planVolumes, replanVolumes } from './plan.js';
export { toPreparation } from './preparation.js';
