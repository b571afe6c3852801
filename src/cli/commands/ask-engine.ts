import type { EngineName } from '../arguments/engine-options.ts';
import type { AskedEngine } from './asked-engine.ts';
import type { CommandContext } from './context.ts';

/** The engine that was asked for. Its code is only loaded where there is one. @throws `OPTION_INVALID` */
export async function askEngine(context: CommandContext, name: EngineName): Promise<AskedEngine> {
  const { AskedEngine: Asked } = await import('./asked-engine.ts');
  return new Asked(context, name);
}
