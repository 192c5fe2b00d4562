import type { Connection } from './connection.js';
import { ignore } from './containers.js';
import type { Slots } from './slots.js';
import type { EndpointConfig } from './create-options.js';
import { isEngineError } from './errors.js';
import type { ContainerDetails, Engine, NetworkSummary, NewNetwork } from './types.js';

/** Networks. @see Docker Engine API, Network */
export function networks(connection: Connection, calls: Slots): Pick<Engine, 'createNetwork' | 'inspectNetwork' | 'listNetworks' | 'reattachNetwork' | 'joinNetwork' | 'leaveNetwork' | 'removeNetwork'> {
  const at = (name: string): string => `/networks/${encodeURIComponent(name)}`;
  const post = (name: string, action: string, body: object, signal?: AbortSignal): Promise<unknown> =>
    calls.run(() => connection.call({ method: 'POST', path: `${at(name)}/${action}`, body, signal }), signal);
  return {
    async createNetwork({ name, subnet, labels, internal = false }: NewNetwork, signal?: AbortSignal): Promise<string> {
      const body = { Name: name, Driver: 'bridge', CheckDuplicate: true, Internal: internal, IPAM: { Driver: 'default', Config: [{ Subnet: subnet }] }, Labels: labels };
      return ((await calls.run(() => connection.call({ method: 'POST', path: '/networks/create', body, signal }), signal)) as { Id: string }).Id;
    },

    async inspectNetwork(name: string, signal?: AbortSignal): Promise<NetworkSummary> {
      const details = (await calls.run(() => connection.call({ method: 'GET', path: at(name), signal }), signal)) as ListedNetwork;
      return { ...toSummary(details), Endpoints: Object.keys(details.Containers ?? {}).length };
    },

    async listNetworks(labels: readonly string[], signal?: AbortSignal): Promise<readonly NetworkSummary[]> {
      const query = { filters: JSON.stringify(labels.length === 0 ? {} : { label: labels }) };
      const rows = (await calls.run(() => connection.call({ method: 'GET', path: '/networks', query, signal }), signal)) as ListedNetwork[];
      return rows.map(toSummary);
    },

    async reattachNetwork(name: string, containerId: string, endpoint: EndpointConfig, signal?: AbortSignal): Promise<void> {
      await post(name, 'disconnect', { Container: containerId, Force: true }, signal);
      await post(name, 'connect', { Container: containerId, EndpointConfig: endpoint }, signal);
    },

    async joinNetwork(name: string, containerId: string, endpoint: EndpointConfig, signal?: AbortSignal): Promise<void> {
      await post(name, 'connect', { Container: containerId, EndpointConfig: endpoint }, signal);
    },

    async leaveNetwork(name: string, containerId: string, signal?: AbortSignal): Promise<void> {
      try {
        await post(name, 'disconnect', { Container: containerId, Force: true }, signal);
      } catch (error) {
        if (isEngineError(error, 'Unavailable', 'Aborted')) throw error;
        // Whether it was on it at all, only the container tells.
        const path = `/containers/${encodeURIComponent(containerId)}/json`;
        const { NetworkSettings } = (await calls.run(() => connection.call({ method: 'GET', path, signal }), signal)) as ContainerDetails;
        if (NetworkSettings.Networks?.[name] !== undefined) throw error;
      }
    },

    async removeNetwork(name: string, signal?: AbortSignal): Promise<void> {
      await ignore('NotFound', calls.run(() => connection.call({ method: 'DELETE', path: at(name), signal }), signal));
    },
  };
}

interface ListedNetwork {
  readonly Id: string;
  readonly Name: string;
  readonly Created: string;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly Internal?: boolean;
  readonly IPAM: { readonly Config: readonly { readonly Subnet?: string }[] | null } | null;
  readonly Containers?: Readonly<Record<string, object>> | null;
}

function toSummary({ Id, Name, Created, Labels, Internal = false, IPAM }: ListedNetwork): NetworkSummary {
  const subnets = (IPAM?.Config ?? []).flatMap(({ Subnet }) => (Subnet !== undefined && Subnet.includes('.') ? [Subnet] : []));
  return { Id, Name, Created, Labels: Labels ?? {}, Internal, Subnets: subnets };
}
