import type { CallerTls } from '../caller/index.js';
import type { Clock } from '../clock.js';
import type { Container } from '../kube/index.js';
import type { Program } from './program.js';
import type { RuleResult } from './report.js';

/** What the kit is to try, and on what. */
export interface ConformanceOptions {
  /** The plugin: `http://host:port`, `https://host:port` or `unix:///path/of/a.sock`. */
  readonly url: string;
  /** With which the kit proves itself over https. */
  readonly tls?: CallerTls;
  /** Image of every container, with a POSIX shell. Default `busybox:1.36`; it is pulled only where it is missing. */
  readonly image?: string;
  /** How a container is told what to do. Default: `sh -c` and the program as one line. */
  readonly toContainer?: (program: Program) => Pick<Container, 'command' | 'args' | 'image'>;
  /** Namespace of the pods. Default `default`. */
  readonly namespace?: string;
  /** Ids of the rules to try. Default: all. */
  readonly only?: readonly string[];
  /** Until a pod has got where it has to. Default 60 s. */
  readonly podTimeoutMs?: number;
  /** Between two looks at a pod. Default 250 ms. */
  readonly pollMs?: number;
  /** For the whole run, in real time; rules that are left then have failed. Default 15 min. */
  readonly timeoutMs?: number;
  /** A body larger than any plugin should read. Default 32 MiB. */
  readonly largeBodyBytes?: number;
  /** By which waits are counted. Default: real time. */
  readonly clock?: Clock;
  /** Ends the run early: rules that are left have failed. */
  readonly signal?: AbortSignal;
  /** Told of each rule as it is settled. */
  readonly onResult?: (result: RuleResult) => void;
}
