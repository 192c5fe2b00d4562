/** Images of containers: present, pulled once for all who want them, or the reason why not. */
export { ImageCollector } from './collector.js';
export { toGoDuration } from './go-duration.js';
export { ImageError } from './image-error.js';
export { type ImageRequest, Images, type Prepared, type PullPolicy } from './images.js';
export { markNames } from './marks.js';
export type { PullListener } from './pull-tools.js';
