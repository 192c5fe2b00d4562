/** Pod networks: one a namespace, with subnets and addresses that we choose ourselves. */
export { chooseAddress, chooseSubnet, countSubnets, gatewayOf, overlaps, parseCidr } from './addresses.js';
export { withMeshHelper } from './mesh-helper.js';
export { type NetworkPlace, PodNetworks, type NetworkSettings } from './pod-networks.js';
export { siteOverlaps } from './why-full.js';
