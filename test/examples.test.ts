import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const examples = join(import.meta.dirname, '../examples');
const read = (path: string): string => readFileSync(join(examples, path), 'utf8');
const json = (path: string): unknown => JSON.parse(read(path));

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly End?: boolean;
  readonly Parameters?: { readonly FunctionName?: string };
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[] }[];
  readonly ItemReader?: { readonly ReaderConfig: object; readonly Resource: string };
  readonly ResultWriter?: { readonly Resource: string };
  readonly ItemProcessor?: Machine & { readonly ProcessorConfig: object };
}

interface Machine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

interface Policy {
  readonly Version: string;
  readonly Statement: readonly {
    readonly Effect: string;
    readonly Action: string | readonly string[];
    readonly Resource?: string | readonly string[];
  }[];
}

/** The states that an execution comes through, in their order. @throws for a state that is not there, and for a circle */
function walk({ StartAt, States }: Machine): string[] {
  const path: string[] = [];
  for (let name: string | undefined = StartAt; name !== undefined;) {
    const state: State | undefined = States[name];
    if (state === undefined || path.includes(name)) throw new Error(`${name} after ${path.join()}`);
    expect([state.Next === undefined, state.End === true]).toEqual([state.End === true, state.Next === undefined]);
    path.push(name);
    name = state.Next;
  }
  return path;
}

describe('the state machine of examples/step-functions', () => {
  const machine = json('step-functions/state-machine.json') as Machine;

  it('comes to every state, and reads the plan from S3', () => {
    expect(walk(machine)).toEqual(Object.keys(machine.States));
    const { Map } = machine.States;
    expect(Map).toMatchObject({
      Type: 'Map',
      ItemReader: { Resource: 'arn:aws:states:::s3:getObject', ReaderConfig: { InputType: 'JSONL' } },
      ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' } },
      ResultWriter: { Resource: 'arn:aws:states:::s3:putObject' },
    });
    // no failure is tolerated
    expect(Object.keys(Map ?? {}).filter((field) => field.startsWith('Tolerated'))).toEqual([]);
    expect(walk(Map!.ItemProcessor!)).toEqual(Object.keys(Map!.ItemProcessor!.States));
  });

  it('calls the functions of the handler, and tries again only what AWS could not run', () => {
    const tasks = [...Object.values(machine.States), ...Object.values(machine.States['Map']!.ItemProcessor!.States)];
    const called = tasks.flatMap(({ Parameters }) => Parameters?.FunctionName ?? []);
    const handlers = [...read('step-functions/handler.ts').matchAll(/^export async function (\w+)/gm)];
    expect(called.sort()).toEqual(handlers.map(([, name = '']) => `backtest-export-${name}`).sort());
    const retried = tasks.flatMap(({ Retry = [] }) => Retry.flatMap(({ ErrorEquals }) => ErrorEquals));
    expect(retried).toHaveLength(12);
    expect(retried.filter((name) => !name.startsWith('Lambda.'))).toEqual([]);
  });

  it('has policies that allow nothing beyond their resources', () => {
    for (const name of readdirSync(join(examples, 'step-functions/policies'))) {
      const policy = json(`step-functions/policies/${name}`) as Policy;
      expect(policy.Version).toBe('2012-10-17');
      expect(policy.Statement.map(({ Effect }) => Effect)).toEqual(policy.Statement.map(() => 'Allow'));
      const resources = policy.Statement.flatMap(({ Resource = [] }) => Resource);
      const actions = policy.Statement.flatMap(({ Action }) => Action);
      expect([...resources, ...actions].filter((text) => text === '*' || /^\w+:\*$/.test(text))).toEqual([]);
      expect(resources.length > 0).toBe(!name.startsWith('trust-'));
    }
  });
});

describe('the scripts of examples', () => {
  const scripts = readdirSync(examples, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.sh'));

  it('are of shells that take them', () => {
    expect(scripts.length).toBeGreaterThan(3);
    const failed = scripts.map((path) => spawnSync('sh', ['-n', join(examples, path)], { encoding: 'utf8' }).stderr);
    expect(failed.filter((text) => text !== '')).toEqual([]);
  });

  it('of the image for AWS Batch are in it, and run by its jobs', () => {
    const dockerfile = read('batch/Dockerfile');
    const jobs = json('batch/job-definition.json') as { readonly containerProperties: { readonly command: unknown } };
    expect(dockerfile).toMatch(/^COPY map\.sh reduce\.sh \/usr\/local\/bin\/$/m);
    expect(jobs.containerProperties.command).toEqual(['map.sh']);
    expect(read('batch/submit.sh')).toMatch(/'\["map\.sh"\]'[^]*'\["reduce\.sh", "--json"\]'/);
  });
});
