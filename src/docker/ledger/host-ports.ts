import { doCollide, type HostPort } from '../../kube/index.js';
import type { ExclusiveClaims } from './exclusive-claims.js';

/** Which pod has a port that these collide with. */
export interface Collision {
  readonly port: HostPort;
  readonly podUid: string;
}

/** Ports of the host among the claims: two pods may have the same one on different addresses, but not if one of them has it on any. */
export class HostPortClaims {
  constructor(private readonly claims: ExclusiveClaims) {}

  /** The first of these ports that another pod has. */
  findCollision(ports: readonly HostPort[], podUid: string): Collision | undefined {
    for (const port of ports) {
      for (const [address, holder] of this.claims.held(scopeOf(port))) {
        if (holder !== podUid && doCollide(port, { ...port, address })) return { port, podUid: holder };
      }
    }
    return undefined;
  }

  take(ports: readonly HostPort[], podUid: string): void {
    for (const port of ports) this.claims.take(scopeOf(port), port.address, podUid);
  }

  giveBack(ports: readonly HostPort[], podUid: string): void {
    for (const port of ports) this.claims.giveBack(scopeOf(port), port.address, podUid);
  }
}

function scopeOf({ protocol, port }: HostPort): string {
  return `host port ${port}/${protocol}`;
}
