import { printable } from './printable.js';

/** What becomes of a pod on a node; see the docs of `check`. */
export interface CheckAnswer {
  readonly node: string;
  /** `namespace/name`. */
  readonly pod: string;
  readonly accepted: boolean;
  readonly refused: readonly FieldNote[];
  readonly warned: readonly FieldNote[];
  /** Paths of fields. */
  readonly honoured: readonly string[];
  /** Paths of fields that no kubelet reads. */
  readonly unread: readonly string[];
  /** What could not be looked at, in words. */
  readonly notChecked: readonly string[];
}

/** `message` begins with the field's path. */
export interface FieldNote {
  readonly kind: string;
  readonly message: string;
}

/** For a person: what is refused first, then what is warned about, then how many fields are honoured. Pure. */
export function checkText(answer: CheckAnswer, verbose: boolean): string {
  const { node, pod, accepted, refused, warned, honoured, unread, notChecked } = answer;
  const counts = `honoured: ${fields(honoured)}; read by no kubelet: ${fields(unread)}`;
  return [
    printable(`${pod} would be ${accepted ? 'accepted' : 'refused'} by the node ${node}`),
    ...list(`refused (${refused.length}):`, refused.map(({ message }) => message)),
    ...list(`accepted without effect (${warned.length}):`, warned.map(({ message }) => message)),
    ...(verbose ? [...list(`honoured (${honoured.length}):`, honoured), ...list(`read by no kubelet (${unread.length}):`, unread)] : [`${counts} (--verbose lists them)`]),
    ...list('not checked:', notChecked),
  ].map((line) => `${line}\n`).join('');
}

function list(head: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [head, ...lines.map((line) => `  ${printable(line)}`)];
}

function fields({ length }: readonly string[]): string {
  return length === 1 ? '1 field' : `${length} fields`;
}
