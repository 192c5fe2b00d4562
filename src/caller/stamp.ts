import { randomInt, randomUUID } from 'node:crypto';

/** What a cluster makes up for a pod; passed in, so that building the bodies is pure. */
export interface Stamp {
  readonly uid: string;
  readonly now: Date;
  readonly nodeName: string;
  readonly resourceVersion: string;
  /** Five characters that end generated names. */
  readonly suffix: string;
  /** Stands for the service account's token; it opens nothing. */
  readonly token: string;
  /** Stands for the cluster's certificate authority. */
  readonly certificate: string;
}

/** Letters of generated names: no vowels, nothing that reads as another letter. */
const SUFFIX_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** A fresh identity for one pod. */
export function makeStamp(now: Date): Stamp {
  const suffix = Array.from({ length: 5 }, () => SUFFIX_LETTERS[randomInt(SUFFIX_LETTERS.length)]).join('');
  return {
    uid: randomUUID(),
    now,
    nodeName: 'virtual-kubelet',
    resourceVersion: '1',
    suffix,
    token: ['{"alg":"none"}', '{"sub":"system:serviceaccount:default:default"}', 'no cluster'].map(toBase64Url).join('.'),
    certificate: `-----BEGIN CERTIFICATE-----\n${Buffer.from('no cluster').toString('base64')}\n-----END CERTIFICATE-----\n`,
  };
}

/** RFC 3339 without fractions, as Kubernetes writes times. */
export function toTime(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}

function toBase64Url(text: string): string {
  return Buffer.from(text).toString('base64url');
}
