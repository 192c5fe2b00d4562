/** Stand-ins for tests: a plugin whose pods run in memory, and time that passes when it is told to. */
export { MemoryProvider, toMemoryCommand } from './memory-provider.js';
export { VirtualClock } from './virtual-clock.js';
