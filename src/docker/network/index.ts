/** Pod networks: one a namespace, with subnets and addresses that we choose ourselves. */
export { chooseAddress, chooseSubnet, gatewayOf, parseCidr } from './addresses.js';
export { PodNetworks, type NetworkSettings } from './pod-networks.js';
