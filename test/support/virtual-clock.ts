export { VirtualClock } from '../../src/fakes/index.js';
