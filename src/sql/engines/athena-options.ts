import { BacktestExportError, quoteText } from '../../errors.ts';
import { assertOptions } from '../../options.ts';
import { problemOf } from '../../storage/s3/s3-settings.ts';
import type { EngineTimeouts } from './engine-limits.ts';

/** Options of {@link createAthenaEngine}. */
export interface AthenaOptions {
  /** Region of the workgroup; by default that of the environment or the profile. */
  readonly region?: string;
  /** Profile of the shared configuration files, for credentials and region. */
  readonly profile?: string;
  /** Endpoint of a service other than AWS, such as `http://127.0.0.1:5000`. */
  readonly endpoint?: string;
  /** The workgroup; by default `primary`. */
  readonly workgroup?: string;
  /** Where results are written, `s3://bucket/prefix/`; by default where the workgroup says. */
  readonly outputLocation?: string;
  /** The data catalog; by default `AwsDataCatalog`. */
  readonly catalog?: string;
  /** The database with the tables; by default `default`. */
  readonly database?: string;
  readonly timeouts?: EngineTimeouts;
}

/** Refuses what no request could be sent with. @throws `OPTION_INVALID` */
export function checkAthenaOptions(options: AthenaOptions): void {
  assertOptions('createAthenaEngine', options, {
    region: 'text',
    profile: 'text',
    endpoint: 'text',
    workgroup: 'text',
    outputLocation: 'text',
    catalog: 'text',
    database: 'text',
    timeouts: 'an object',
  });
  assertTexts(options);
}

function assertTexts(options: AthenaOptions): void {
  for (const setting of ['endpoint', 'region', 'profile'] as const) {
    const problem = options[setting] === undefined ? undefined : problemOf(setting, options[setting]);
    if (problem !== undefined) throw invalid(setting, problem);
  }
  const { workgroup, catalog, database, outputLocation } = options;
  if (workgroup !== undefined && !/^[\w.-]{1,128}$/.test(workgroup)) {
    throw invalid(
      'workgroup',
      `expected 1 to 128 of the characters a-z, A-Z, 0-9, _, . and -, found ${quoteText(workgroup)}`,
    );
  }
  for (const [name, text] of Object.entries({ catalog, database })) {
    if (text === undefined || (text.trim() !== '' && text.length <= 255)) continue;
    throw invalid(name, `expected a name of 1 to 255 characters, found ${quoteText(text)}`);
  }
  if (outputLocation !== undefined && !/^s3:\/\/[a-z\d][a-z\d.-]{1,61}[a-z\d](?:\/|$)/.test(outputLocation)) {
    throw invalid('outputLocation', `expected s3://bucket/prefix/, found ${quoteText(outputLocation)}`);
  }
}

function invalid(option: string, problem: string): BacktestExportError {
  return new BacktestExportError('OPTION_INVALID', `createAthenaEngine.${option}: ${problem}`);
}
