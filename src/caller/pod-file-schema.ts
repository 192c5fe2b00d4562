import { z } from 'zod';

/** Only what is read or completed here; the plugin judges the rest, so unknown fields pass. */
const text = z.string('must be a string (quote it)');
const name = text.min(1, 'must not be empty');
const texts = z.array(text, 'must be a list of strings');
const labels = z.record(z.string(), text, 'must be a mapping of strings');
const quantities = z.record(z.string(), z.union([z.string(), z.number()], 'must be a quantity such as 500m or 1Gi'));

const metadata = z.looseObject(
  {
    name: name.optional(),
    generateName: name.optional(),
    namespace: name.optional(),
    labels: labels.optional(),
    annotations: labels.optional(),
  },
  'must be a mapping',
);

const container = z.looseObject(
  {
    name,
    image: name,
    command: texts.optional(),
    args: texts.optional(),
    env: z.array(z.looseObject({ name, value: text.optional(), valueFrom: z.looseObject({}).optional() })).optional(),
    envFrom: z.array(z.looseObject({ prefix: text.optional() })).optional(),
    ports: z.array(z.looseObject({ containerPort: z.int() })).optional(),
    volumeMounts: z.array(z.looseObject({ name, mountPath: name })).optional(),
    resources: z.looseObject({ limits: quantities.optional(), requests: quantities.optional() }).optional(),
  },
  'must be a mapping',
);

/** A v1.Pod as people write it, without nulls. */
export const podDocument = z.looseObject({
  metadata: metadata.refine((meta) => meta.name !== undefined || meta.generateName !== undefined, {
    path: ['name'],
    message: 'is missing',
  }),
  spec: z.looseObject(
    {
      containers: z.array(container, 'must be a list of containers').min(1, 'must hold a container'),
      initContainers: z.array(container).optional(),
      volumes: z.array(z.looseObject({ name })).optional(),
      tolerations: z.array(z.looseObject({})).optional(),
      automountServiceAccountToken: z.boolean().optional(),
    },
    'must be a mapping',
  ),
});

const base64 = text.refine((value) => isBase64(value), 'must be base64 (plain text belongs in stringData)');
const namedMetadata = metadata.extend({ name });
/** A key without a value is an empty file, as in Kubernetes. */
const filledBy = <T extends z.ZodType>(value: T) =>
  z.record(z.string(), z.preprocess((raw) => raw ?? '', value), 'must be a mapping').nullish();

export const configMapDocument = z.looseObject({
  metadata: namedMetadata,
  data: filledBy(text),
  binaryData: filledBy(base64),
});

export const secretDocument = z.looseObject({
  metadata: namedMetadata,
  type: text.nullish(),
  data: filledBy(base64),
  stringData: filledBy(text),
});

export type ConfigMapDocument = z.output<typeof configMapDocument>;
export type SecretDocument = z.output<typeof secretDocument>;

function isBase64(value: string): boolean {
  const bare = value.replace(/\s/g, '');
  return Buffer.from(bare, 'base64').toString('base64') === bare;
}
