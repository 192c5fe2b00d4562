/** Things that one pod has at a time, by where they are unique and their name there: addresses on a network, ports, devices. */
export class ExclusiveClaims {
  /** Scope → name → pod UID. */
  private readonly holders = new Map<string, Map<string, string>>();

  holderOf(scope: string, name: string): string | undefined {
    return this.holders.get(scope)?.get(name);
  }

  /** All that is held in a scope: name → pod UID. */
  held(scope: string): ReadonlyMap<string, string> {
    return this.holders.get(scope) ?? new Map();
  }

  /** What a pod has in a scope. */
  heldBy(scope: string, podUid: string): readonly string[] {
    return [...(this.holders.get(scope) ?? [])].flatMap(([name, holder]) => (holder === podUid ? [name] : []));
  }

  /** How much of a scope is held. */
  count(scope: string): number {
    return this.holders.get(scope)?.size ?? 0;
  }

  /** Whether nobody else has it; from now on the pod does. */
  take(scope: string, name: string, podUid: string): boolean {
    const held = this.holders.get(scope) ?? new Map<string, string>();
    const holder = held.get(name);
    if (holder !== undefined && holder !== podUid) return false;
    this.holders.set(scope, held.set(name, podUid));
    return true;
  }

  giveBack(scope: string, name: string, podUid: string): void {
    if (this.holderOf(scope, name) === podUid) this.holders.get(scope)?.delete(name);
  }

  /** Gives back all that a pod has. */
  giveBackAll(podUid: string): void {
    for (const scope of this.holders.keys()) {
      for (const name of this.heldBy(scope, podUid)) this.giveBack(scope, name, podUid);
    }
  }
}
