import type { FieldTable } from './field-rules.js';
import type { Finding } from './findings.js';

const LONGEST_KEY = 100;

/** Goes through a value field by field and says what the table says of those that are set. */
export class FieldWalk {
  readonly findings: Finding[] = [];
  /** Paths of fields that do what they say, or ask for nothing beyond what happens anyway. */
  readonly honoured: string[] = [];
  /** Paths of fields that no kubelet reads. */
  readonly unread: string[] = [];
  private readonly rules: ReadonlyMap<string, FieldTable[string]>;
  /** Patterns that have rules below them. */
  private readonly parents: ReadonlySet<string>;

  constructor(table: FieldTable) {
    this.rules = new Map(Object.entries(table));
    this.parents = new Set(Object.keys(table).map((pattern) => pattern.slice(0, pattern.lastIndexOf('.'))));
  }

  /** Every member of `value`; what is null is not set. */
  members(value: unknown, path: string, pattern: string): void {
    if (Array.isArray(value)) {
      value.forEach((item, index) => this.members(item, `${path}[${index}]`, `${pattern}[]`));
      return;
    }
    if (typeof value !== 'object' || value === null || !this.parents.has(pattern)) return;
    for (const [key, member] of Object.entries(value)) {
      if (member !== null && member !== undefined) this.field(member, memberPath(path, key), pattern, key);
    }
  }

  private get said(): number {
    return this.findings.length + this.honoured.length + this.unread.length;
  }

  private field(value: unknown, path: string, parent: string, key: string): void {
    const pattern = `${parent}.${key}`;
    const rule = this.rules.get(pattern) ?? this.rules.get(`${parent}.*`);
    if (rule === undefined) {
      this.findings.push({ kind: 'warning', message: `${path}: this plugin does not know the field; it has no effect` });
    } else if (rule.verdict === 'honoured' && rule.accepts(value)) {
      const said = this.said;
      this.members(value, path, pattern);
      if (this.said === said) this.honoured.push(path);
    } else if (rule.verdict === 'notApplicable') {
      this.unread.push(path);
    } else if (rule.accepts(value)) {
      this.honoured.push(path);
    } else {
      this.findings.push({ kind: rule.verdict === 'warned' ? 'warning' : rule.kind, message: `${path}: ${rule.reason}` });
    }
  }
}

function memberPath(path: string, key: string): string {
  return /^\w{1,100}$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key.slice(0, LONGEST_KEY))}]`;
}
