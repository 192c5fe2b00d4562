import { z } from 'zod';
import { listSetting } from './collection-setting.js';
import { readAddress, readCidr, readCount, readFlag, readMatching } from './readers.js';
import { optionalSetting, setting } from './setting.js';

const MOST_NAMESERVERS = 3;
const readDomain = readMatching(/^(?=.{1,180}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);

/** Addresses and names of pods: one network for each Kubernetes namespace. */
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
    Shared: setting(readFlag, {
      fallback: false,
      allowed: 'true or false',
      about: 'One network for the pods of all namespaces. Otherwise each namespace has its own, and pods of different ones do not reach each other.',
    }),
    Egress: setting(readFlag, {
      fallback: true,
      allowed: 'true or false',
      about: 'Pods reach other networks, the internet among them. false: only the pods on their own and services of this host; a pod can ask for that by the annotation `interlink.eu/egress: "false"`.',
    }),
    MeshImage: optionalSetting(readMatching(/^[a-z0-9][A-Za-z0-9._/:@-]{0,254}$/), {
      allowed: 'the name of an image',
      about: "Image that runs what interLink sends to connect a pod with its cluster's network (annotations `slurm-job.vk.io/pre-exec`, `interlink.eu/wstunnel-client-commands`), as root with NET_ADMIN in the pod's network; it needs what the script uses: bash, curl, ip, tar. Without it such scripts are not run.",
    }),
    ClusterDNS: listSetting(readAddress, {
      allowed: 'IP addresses of at most three servers, such as 10.96.0.10',
      about: "Servers that pods ask with the dnsPolicy ClusterFirst, where they reach the cluster's. Without them names are resolved as on the engine's host.",
    }),
    ClusterDomain: setting(readDomain, { fallback: 'cluster.local', allowed: 'a DNS domain such as cluster.local', about: 'Domain of the cluster, in which pods have their full names.' }),
  })
  .refine((network) => network.ClusterDNS.length <= MOST_NAMESERVERS, { path: ['ClusterDNS'], message: 'give at most three servers' })
  .refine((network) => network.SubnetBits >= Number(network.PodCIDR.split('/')[1]), {
    path: ['SubnetBits'],
    message: 'give a prefix length that is not shorter than that of Network.PodCIDR',
  })
  .prefault({});
