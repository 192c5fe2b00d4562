import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import ts from 'typescript';

type Members = Map<string, ts.TypeNode | undefined>;
type Interfaces = ReadonlyMap<string, Members>;

/** Our own list of what came after the package's version. */
const LATER = join(process.cwd(), 'src/kube/later-fields.ts');

/**
 * Paths of every field below an interface of the Kubernetes API, those that came after the types package among them, parents before
 * what is in them. `[]` stands for every item of a list: `spec.containers[].env[].name`.
 */
export function apiFields(interfaceName: string, path: string, interfaces: Interfaces = readInterfaces()): string[] {
  return [...(interfaces.get(interfaceName) ?? [])].flatMap(([member, type]) => {
    const field = `${path}.${member}`;
    const held = heldBy(type, interfaces);
    return [field, ...(held === undefined ? [] : apiFields(held.name, field + held.suffix, interfaces))];
  });
}

function readInterfaces(): Interfaces {
  const packaged = createRequire(join(process.cwd(), 'package.json'));
  const files = ['core', 'meta'].map((group) => packaged.resolve(`kubernetes-types/${group}/v1.d.ts`));
  const interfaces = new Map<string, Members>();
  for (const declaration of [...files, LATER].flatMap(interfacesOf)) {
    const members = interfaces.get(declaration.name.text) ?? new Map<string, ts.TypeNode | undefined>();
    interfaces.set(declaration.name.text, members);
    for (const member of declaration.members.filter(ts.isPropertySignature)) members.set((member.name as ts.Identifier).text, member.type);
  }
  return interfaces;
}

/** Those of a file, and of the modules that it extends. */
function interfacesOf(file: string): ts.InterfaceDeclaration[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const extensions = source.statements.flatMap((statement) => (ts.isModuleDeclaration(statement) && statement.body && ts.isModuleBlock(statement.body) ? [...statement.body.statements] : []));
  return [...source.statements, ...extensions].filter(ts.isInterfaceDeclaration);
}

/** The interface that a member holds, one or a list of it. */
function heldBy(type: ts.TypeNode | undefined, interfaces: Interfaces): { name: string; suffix: string } | undefined {
  if (type === undefined) return undefined;
  if (ts.isArrayTypeNode(type)) return asItem(heldBy(type.elementType, interfaces));
  if (!ts.isTypeReferenceNode(type)) return undefined;
  const name = (type.typeName as ts.Identifier).text;
  if (name === 'Array') return asItem(heldBy(type.typeArguments?.[0], interfaces));
  return interfaces.has(name) ? { name, suffix: '' } : undefined;
}

function asItem(item: { name: string; suffix: string } | undefined): { name: string; suffix: string } | undefined {
  return item && { ...item, suffix: `[]${item.suffix}` };
}
