import { type FieldTable, honoured, honouredAs, refused, warned } from './field-rules.js';

/** Fields of a container, the same for init containers. */
export const CONTAINER_FIELDS: FieldTable = {
  args: honoured('P2'),
  command: honoured('P2'),
  env: honoured('P12'),
  'env[].name': honoured('P12'),
  'env[].value': honoured('P12'),
  'env[].valueFrom': honoured('P14'),
  ...keyFields('env[].valueFrom.configMapKeyRef'),
  'env[].valueFrom.fieldRef': honoured('P16'),
  'env[].valueFrom.fieldRef.apiVersion': honouredAs('P16', 'v1'),
  'env[].valueFrom.fieldRef.fieldPath': honoured('P16'),
  ...Object.fromEntries(['', '.key', '.optional', '.path', '.volumeName'].map((field) => [`env[].valueFrom.fileKeyRef${field}`, honoured('P14')])),
  'env[].valueFrom.resourceFieldRef': honoured('P17'),
  'env[].valueFrom.resourceFieldRef.containerName': honoured('P17'),
  'env[].valueFrom.resourceFieldRef.divisor': honoured('P17'),
  'env[].valueFrom.resourceFieldRef.resource': honoured('P17'),
  ...keyFields('env[].valueFrom.secretKeyRef'),
  envFrom: honoured('P15'),
  ...sourceFields('envFrom[].configMapRef'),
  'envFrom[].prefix': honoured('P15'),
  ...sourceFields('envFrom[].secretRef'),
  image: honoured('P76'),
  imagePullPolicy: honoured('P76'),
  lifecycle: honoured('P69'),
  'lifecycle.stopSignal': honoured('P69'),
  name: honoured('P1'),
  ports: honoured('P57'),
  'ports[].containerPort': honoured('P57'),
  'ports[].hostIP': honoured('P58'),
  'ports[].hostPort': honoured('P58'),
  'ports[].name': honoured('P57'),
  'ports[].protocol': honoured('P57'),
  resizePolicy: warned('a container keeps its size', isNeverRestarted),
  resources: honoured('P32'),
  'resources.claims': refused('dynamic resource allocation is not supported'),
  'resources.limits': honoured('P32'),
  'resources.limits.cpu': honoured('P33'),
  'resources.limits.memory': honoured('P32'),
  'resources.limits.ephemeral-storage': honoured('P31'),
  'resources.limits.*': honoured('P38'),
  'resources.requests': honoured('P34'),
  'resources.requests.cpu': honoured('P34'),
  'resources.requests.memory': honoured('P34'),
  'resources.requests.ephemeral-storage': honoured('P31'),
  'resources.requests.*': honoured('P38'),
  restartPolicy: honoured('P8'),
  restartPolicyRules: honoured('P70'),
  'restartPolicyRules[].action': honoured('P70'),
  'restartPolicyRules[].exitCodes': honoured('P70'),
  'restartPolicyRules[].exitCodes.operator': honoured('P70'),
  'restartPolicyRules[].exitCodes.values': honoured('P70'),
  securityContext: honoured('P42'),
  stdin: honoured('P5'),
  stdinOnce: honoured('P5'),
  terminationMessagePath: honoured('P74'),
  terminationMessagePolicy: honoured('P74'),
  tty: honoured('P5'),
  volumeDevices: honoured('P26'),
  'volumeDevices[].devicePath': honoured('P26'),
  'volumeDevices[].name': honoured('P26'),
  volumeMounts: honoured('P19'),
  'volumeMounts[].bindMountOptions': refused('it is not supported'),
  'volumeMounts[].mountPath': honoured('P19'),
  'volumeMounts[].mountPropagation': honoured('P30'),
  'volumeMounts[].name': honoured('P19'),
  'volumeMounts[].readOnly': honoured('P30'),
  'volumeMounts[].recursiveReadOnly': honoured('P30'),
  'volumeMounts[].subPath': honoured('P28'),
  'volumeMounts[].subPathExpr': honoured('P29'),
  workingDir: honoured('P4'),
};

/** A key of a ConfigMap or Secret as a variable. */
function keyFields(path: string): FieldTable {
  return Object.fromEntries(['', '.key', '.name', '.optional'].map((field) => [path + field, honoured('P14')]));
}

/** All of a ConfigMap or Secret as variables. */
function sourceFields(path: string): FieldTable {
  return Object.fromEntries(['', '.name', '.optional'].map((field) => [path + field, honoured('P15')]));
}

/** What an API server fills in: a resize would restart nothing. */
function isNeverRestarted(policies: unknown): boolean {
  return Array.isArray(policies) && policies.every((policy: { restartPolicy?: unknown } | null) => policy?.restartPolicy === 'NotRequired');
}
