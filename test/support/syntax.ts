import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, type Node } from 'acorn';

/** A node of the syntax tree, with whatever members its type has. */
export type SyntaxNode = Node & Record<string, unknown>;

const build = join(import.meta.dirname, '..', '..', 'build');

/**
 * Every module of the house as it is compiled, by its path in `src/`, each with all nodes of its syntax tree. Types are
 * erased there; nothing else is changed.
 */
export function syntaxOfHouse(): ReadonlyMap<string, readonly SyntaxNode[]> {
  const files = readdirSync(build, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.js'));
  return new Map(
    files.map((path) => {
      const text = readFileSync(join(build, path), 'utf8');
      const tree = parse(text, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true });
      return [path.replaceAll('\\', '/').replace(/\.js$/, '.ts'), nodesOf(tree as unknown as SyntaxNode)];
    }),
  );
}

function nodesOf(root: SyntaxNode): SyntaxNode[] {
  const nodes: SyntaxNode[] = [];
  const waiting: SyntaxNode[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    nodes.push(node);
    for (const value of Object.values(node)) {
      for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) {
        if (isNode(child)) waiting.push(child);
      }
    }
  }
  return nodes;
}

/** Whether a member of a node is a node. */
export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** The name that is called: `push` of `a.b.push(…)`, `Set` of `new Set(…)`. */
export function calledName(call: SyntaxNode): string {
  const callee = call['callee'];
  if (!isNode(callee)) return '';
  const named = callee.type === 'MemberExpression' ? callee['property'] : callee;
  return isNode(named) && typeof named['name'] === 'string' ? named['name'] : '';
}
