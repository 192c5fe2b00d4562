import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import ts from 'typescript';

/** What a member of an object of the Kubernetes API holds: one, or a list of it. */
export interface ApiMember {
  readonly name: string;
  readonly required: boolean;
  readonly isList: boolean;
  /** `map`: from any names to texts. */
  readonly kind: 'string' | 'number' | 'boolean' | 'map' | 'object';
  /** Of an object: its type. */
  readonly of: string;
}

/** Members by type. */
export type ApiTypes = ReadonlyMap<string, readonly ApiMember[]>;

/** Our own list of what came after the package's version. */
const LATER = join(process.cwd(), 'src/kube/later-fields.ts');

/**
 * Paths of every field below a type of the Kubernetes API, those that came after the types package among them, parents before what
 * is in them. `[]` stands for every item of a list: `spec.containers[].env[].name`.
 */
export function apiFields(type: string, path: string, types: ApiTypes = readApiTypes()): string[] {
  return (types.get(type) ?? []).flatMap((member) => {
    const field = `${path}.${member.name}`;
    return [field, ...(member.kind === 'object' ? apiFields(member.of, member.isList ? `${field}[]` : field, types) : [])];
  });
}

/** The types of the package, and what came later. */
export function readApiTypes(): ApiTypes {
  const packaged = createRequire(join(process.cwd(), 'package.json'));
  const files = ['core', 'meta'].map((group) => packaged.resolve(`kubernetes-types/${group}/v1.d.ts`));
  const declarations = [...files, LATER].flatMap(interfacesOf);
  const names = new Set(declarations.map(({ name }) => name.text));
  const types = new Map<string, ApiMember[]>();
  for (const { name, members } of declarations) {
    types.set(name.text, [...(types.get(name.text) ?? []), ...members.filter(ts.isPropertySignature).map((member) => toMember(member, names))]);
  }
  return types;
}

/** Those of a file, and of the modules that it extends. */
function interfacesOf(file: string): ts.InterfaceDeclaration[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const extensions = source.statements.flatMap((statement) => (ts.isModuleDeclaration(statement) && statement.body && ts.isModuleBlock(statement.body) ? [...statement.body.statements] : []));
  return [...source.statements, ...extensions].filter(ts.isInterfaceDeclaration);
}

function toMember({ name, type, questionToken }: ts.PropertySignature, interfaces: ReadonlySet<string>): ApiMember {
  const item = itemOf(type);
  return { name: (name as ts.Identifier).text, required: questionToken === undefined, isList: item !== undefined, ...kindOf(item ?? type, interfaces) };
}

function itemOf(type: ts.TypeNode | undefined): ts.TypeNode | undefined {
  if (type === undefined) return undefined;
  if (ts.isArrayTypeNode(type)) return type.elementType;
  return nameOf(type) === 'Array' ? (type as ts.TypeReferenceNode).typeArguments?.[0] : undefined;
}

/** Quantities, times and the like are texts. */
function kindOf(type: ts.TypeNode | undefined, interfaces: ReadonlySet<string>): Pick<ApiMember, 'kind' | 'of'> {
  const name = nameOf(type);
  if (name !== undefined && interfaces.has(name)) return { kind: 'object', of: name };
  if (name === 'Record' || type?.kind === ts.SyntaxKind.TypeLiteral) return { kind: 'map', of: '' };
  if (type?.kind === ts.SyntaxKind.NumberKeyword) return { kind: 'number', of: '' };
  return { kind: type?.kind === ts.SyntaxKind.BooleanKeyword ? 'boolean' : 'string', of: '' };
}

function nameOf(type: ts.TypeNode | undefined): string | undefined {
  return type !== undefined && ts.isTypeReferenceNode(type) ? (type.typeName as ts.Identifier).text : undefined;
}
