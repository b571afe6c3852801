import { BacktestExportError } from '../../errors.ts';
import { connect } from '../../storage/s3/s3-client.ts';
import type { S3Access } from '../../storage/s3/s3-access.ts';

/**
 * Lets a DuckDB instance read S3: loads httpfs, which DuckDB downloads where it is not there yet, and hands over the
 * credentials that the AWS SDK finds, which then live in DuckDB's memory alone.
 * @throws `DEPENDENCY_MISSING`, `DEPENDENCY_FAILED`, what `run` throws
 */
export async function prepareS3(
  run: (sql: string, secrets: readonly string[]) => Promise<void>,
  access: S3Access,
): Promise<void> {
  await loadHttpfs(run);
  const { client } = await connect(access);
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = await client.config.credentials();
    const fields: [string, string | undefined][] = [
      ['KEY_ID', accessKeyId],
      ['SECRET', secretAccessKey],
      ['SESSION_TOKEN', sessionToken],
      ['REGION', await client.config.region()],
    ];
    if (access.endpoint !== undefined) {
      const { host, protocol } = new URL(access.endpoint);
      fields.push(['ENDPOINT', host], ['USE_SSL', String(protocol === 'https:')]);
    }
    if (client.config.forcePathStyle === true) fields.push(['URL_STYLE', 'path']);
    const given = fields.flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${literal(value)}`]));
    const secrets = [accessKeyId, secretAccessKey, sessionToken].filter((text) => text !== undefined);
    await run(`CREATE OR REPLACE SECRET backtest_export (TYPE s3, ${given.join(', ')})`, secrets);
  } finally {
    client.destroy();
  }
}

async function loadHttpfs(run: (sql: string, secrets: readonly string[]) => Promise<void>): Promise<void> {
  try {
    await run('LOAD httpfs', []).catch(async () => {
      await run('INSTALL httpfs', []);
      await run('LOAD httpfs', []);
    });
  } catch (cause) {
    if (!(cause instanceof BacktestExportError) || cause.code === 'TIMED_OUT') throw cause;
    const problem = `s3:// in DuckDB needs its extension httpfs, which cannot be loaded: ${cause.problem}`;
    throw new BacktestExportError('DEPENDENCY_FAILED', problem, { cause });
  }
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
