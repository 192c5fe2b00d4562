import { z } from 'zod';
import { readAddress, readCidr, readCount } from './readers.js';
import { optionalSetting, setting } from './setting.js';

/** Addresses of pods: one network for each Kubernetes namespace. */
export const networkSettings = z
  .strictObject({
    PodCIDR: setting(readCidr, {
      fallback: '10.213.0.0/16',
      allowed: 'an IPv4 range such as 10.213.0.0/16, its host bits zero',
      about: 'Range that the networks of pods are cut from.',
    }),
    SubnetBits: setting(readCount(9, 29), {
      fallback: 22,
      allowed: 'a prefix length from 9 to 29, not shorter than that of PodCIDR',
      about: 'Prefix length of the network that each namespace gets.',
    }),
    HostIP: optionalSetting(readAddress, {
      allowed: 'an IP address',
      about: 'Address of this host that pods are told (status.hostIP). Without it: the gateway of their network, under which they reach the host.',
    }),
  })
  .refine((network) => network.SubnetBits >= Number(network.PodCIDR.split('/')[1]), {
    path: ['SubnetBits'],
    message: 'give a prefix length that is not shorter than that of Network.PodCIDR',
  })
  .prefault({});
