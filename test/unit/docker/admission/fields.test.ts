/** The table knows every field that the Kubernetes types know, and none that there is not. */
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { FIELDS } from '../../../../src/docker/admission/index.js';

/** Came after the version of the types. */
const LATER_FIELDS = new Set([
  'spec.hostnameOverride', 'spec.resources', 'spec.resources.claims', 'spec.resources.limits', 'spec.resources.requests', 'spec.schedulingGroup', 'spec.workloadRef',
  'spec.securityContext.seLinuxChangePolicy', 'spec.securityContext.supplementalGroupsPolicy',
  'spec.containers[].restartPolicyRules', 'spec.initContainers[].restartPolicyRules',
  'spec.volumes[].image', 'spec.volumes[].projected.sources[].podCertificate',
]);

type Members = ReadonlyMap<string, ts.TypeNode | undefined>;

function readInterfaces(): ReadonlyMap<string, Members> {
  const file = require.resolve('kubernetes-types/core/v1.d.ts');
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  return new Map(source.statements.filter(ts.isInterfaceDeclaration).map((declaration) => {
    const members = declaration.members.filter(ts.isPropertySignature).map((member): [string, ts.TypeNode | undefined] => [(member.name as ts.Identifier).text, member.type]);
    return [declaration.name.text, new Map(members)];
  }));
}

const interfaces = readInterfaces();

/** The interface that a member holds, one or a list of it. */
function heldBy(type: ts.TypeNode | undefined): { name: string; suffix: string } | undefined {
  if (type === undefined || !ts.isTypeReferenceNode(type)) return undefined;
  const name = (type.typeName as ts.Identifier).text;
  if (name !== 'Array') return interfaces.has(name) ? { name, suffix: '' } : undefined;
  const item = heldBy(type.typeArguments?.[0]);
  return item && { ...item, suffix: '[]' };
}

/** Every field below an interface that a rule is needed for: what is not honoured takes everything below it along. */
function fieldsOf(name: string, path: string): string[] {
  return [...(interfaces.get(name) ?? [])].flatMap(([member, type]) => {
    const field = `${path}.${member}`;
    const held = heldBy(type);
    const goesOn = held !== undefined && FIELDS[field]?.verdict === 'honoured';
    return [field, ...(goesOn ? fieldsOf(held.name, field + held.suffix) : [])];
  });
}

const known = fieldsOf('PodSpec', 'spec');

test('every field of a PodSpec has a rule', () => {
  expect(known.length).toBeGreaterThan(200);
  expect(known.filter((field) => FIELDS[field] === undefined)).toEqual([]);
});

test('every rule is of a field', () => {
  const fields = new Set(known);
  // The resources that a map may hold are in no type.
  const strangers = Object.keys(FIELDS).filter((field) => !fields.has(field) && !LATER_FIELDS.has(field) && !/\.resources\.(limits|requests)\./.test(field));
  expect(strangers).toEqual([]);
});

test('what is refused or without effect has a reason to give', () => {
  const dumb = Object.entries(FIELDS).filter(([, { verdict, reason }]) => (verdict === 'refused' || verdict === 'warned') && reason === '');
  expect(dumb).toEqual([]);
});
