import { given } from '../../given.ts';
import { createAthenaEngine } from '../../sql/engines/athena.ts';
import { createDuckDbEngine } from '../../sql/engines/duckdb.ts';
import type { SqlEngine } from '../../sql/engines/engine.ts';
import { createTrinoEngine } from '../../sql/engines/trino.ts';
import type { EngineName } from '../arguments/engine-options.ts';
import type { Flags } from '../arguments/flags.ts';
import { s3Access } from '../arguments/s3-options.ts';
import type { Environment } from '../print/terminal.ts';

/**
 * The engine of a command. Trino's password and token are those of the environment (`TRINO_PASSWORD`, `TRINO_ACCESS_TOKEN`):
 * other users of a machine can read the arguments of a command.
 * @throws `OPTION_INVALID`
 */
export function makeEngine(name: EngineName, flags: Flags, env: Environment): SqlEngine {
  const seconds = flags.count('engine-timeout');
  const timeouts = seconds === undefined ? undefined : { statement: seconds * 1000 };
  if (name === 'duckdb') {
    const access = s3Access(flags);
    return createDuckDbEngine(
      given({
        threads: flags.count('threads'),
        memoryLimit: flags.text('engine-memory'),
        s3: Object.keys(access).length === 0 ? undefined : access,
        timeouts,
      }),
    );
  }
  const [url, catalog] = [flags.text('engine-url'), flags.text('catalog')];
  if (name === 'trino') {
    const [password, token] = [env['TRINO_PASSWORD'], env['TRINO_ACCESS_TOKEN']];
    return createTrinoEngine({
      server: url ?? '',
      ...given({
        user: flags.text('engine-user'),
        password,
        token,
        catalog,
        schema: flags.text('database'),
        localRoot: flags.text('local-root'),
        timeouts,
      }),
    });
  }
  const { region, profile } = s3Access(flags);
  return createAthenaEngine(
    given({
      region,
      profile,
      endpoint: url,
      workgroup: flags.text('workgroup'),
      outputLocation: flags.text('output-location'),
      catalog,
      database: flags.text('database'),
      timeouts,
    }),
  );
}
