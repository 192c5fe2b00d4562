/** What this node has and who holds it: CPU, memory, pods, devices, addresses. In memory, made again from the records at start. */
export { allocatable } from './capacity.js';
export { ExclusiveClaims } from './exclusive-claims.js';
export { devicesOf } from './inspected.js';
export { Ledger } from './ledger.js';
