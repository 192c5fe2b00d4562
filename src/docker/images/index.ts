/** Images of containers: present, pulled once for all who want them, or the reason why not. */
export { ImageError, Images, type Prepared, type PullListener, type PullPolicy } from './images.js';
