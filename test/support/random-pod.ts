import type { Pod } from '../../src/kube/index.js';
import type { ApiMember, ApiTypes } from './api-fields.js';
import type { Random } from './random.js';

/** Values that some field somewhere makes something of. */
const TEXTS = [
  '', 'a', 'b', 'Always', 'Never', 'None', 'File', 'Memory', 'RuntimeDefault', 'Localhost', 'Unconfined', 'linux', 'ClusterFirst', 'TCP', 'busybox:1.36', 'UPPER', '/', '/a', '/a/../b', '../x', '$(A)', '1', '-1', '100m', '64Mi', '1e99',
  'metadata.name', "metadata.labels['a']", 'limits.cpu', 'main', 'net.core.somaxconn', 'SYS_ADMIN', 'ALL', 'ünï', 'a\0b', 'constructor', '__proto__', 'x'.repeat(300),
];
const NUMBERS = [0, 1, -1, 2, 30, 80, 420, 511, 1000, 65_535, 65_536, 1.5, Number.MAX_SAFE_INTEGER];
/** What most values of a field are, so that a pod gets beyond the first look at it. */
const SENSIBLE: Readonly<Record<string, readonly unknown[]>> = {
  containerPort: [80, 443],
  hostPort: [0, 8080],
  image: ['busybox:1.36'],
  imagePullPolicy: ['Always', 'IfNotPresent', 'Never'],
  restartPolicy: ['Always', 'OnFailure', 'Never'],
  mountPath: ['/a', '/b', '/a/b'],
  path: ['a', 'b/c'],
  key: ['k', 'l'],
  defaultMode: [0, 420, 511],
  mode: [0, 420, 511],
  fieldPath: ['metadata.name', 'status.podIP', "metadata.labels['a']"],
  resource: ['limits.cpu', 'requests.memory'],
  terminationGracePeriodSeconds: [0, 30],
};
const KEYS = ['cpu', 'memory', 'ephemeral-storage', 'hugepages-2Mi', 'nvidia.com/gpu', 'a', 'constructor', 'a"b'];

/** Pods of any shape that the API's types allow, most of them nonsense; without nulls, which the wire's parser drops. */
export class RandomPods {
  private named = 0;

  /** @param wrongness how probable a value of another type is */
  constructor(private readonly types: ApiTypes, private readonly random: Random, private readonly wrongness = 0) {}

  next(): Pod {
    const metadata = { name: 'p', namespace: 'ns', uid: `u-${this.random.whole(1e9)}`, labels: { a: 'b' } };
    return { metadata, spec: this.object('PodSpec', this.random.pick([0.02, 0.05, 0.2])) } as unknown as Pod;
  }

  /** @param density how probable each optional member is */
  private object(type: string, density: number): Record<string, unknown> {
    const chosen = (this.types.get(type) ?? []).filter(({ required }) => required || this.random.chance(density));
    const members = chosen.map((member): [string, unknown] => [member.name, this.random.chance(this.wrongness) ? this.wrong() : this.member(member, density)]);
    // Everybody's containers have one, whatever the types say.
    const image = /^(Ephemeral)?Container$/.test(type) && this.random.chance(0.98) ? [['image', 'busybox:1.36'] as const] : [];
    const novelty = this.random.chance(0.01) ? [['novelty', this.wrong()] as const] : [];
    return Object.fromEntries([...members, ...image, ...novelty]);
  }

  private member(member: ApiMember, density: number): unknown {
    if (!member.isList) return this.value(member, density);
    return Array.from({ length: this.random.pick(member.required ? [1, 2] : [0, 1, 1, 2, 3]) }, () => this.value(member, density));
  }

  private value({ name, kind, of }: ApiMember, density: number): unknown {
    if (kind !== 'object' && this.random.chance(0.97)) {
      if (name === 'name') return this.random.chance(0.5) ? `n${this.named++ % 20}` : this.random.pick(['n1', 'n2', 'n3']);
      if (Object.hasOwn(SENSIBLE, name)) return this.random.pick(SENSIBLE[name] ?? []);
    }
    if (kind === 'object') return this.object(of, density);
    if (kind === 'map') return Object.fromEntries(KEYS.filter(() => this.random.chance(0.3)).map((key) => [key, this.random.pick(TEXTS)]));
    if (kind === 'number') return this.random.pick(NUMBERS);
    return kind === 'boolean' ? this.random.chance(0.5) : this.random.pick(TEXTS);
  }

  private wrong(): unknown {
    return this.random.pick<unknown>([null, 0, -1, true, '', 'text', [], {}, [null], [[]], [{}], { a: null }, ['text'], [0]]);
  }
}
