import { BacktestExportError, quoteText } from '../../errors.ts';
import type { S3Access } from './s3-access.ts';

/** The settings that are text. */
export type TextSetting = 'endpoint' | 'region' | 'profile' | 'kmsKeyArn';

/** What is wrong with a setting as it is: what was expected and found; undefined if a request can be sent with it. */
export function problemOf(setting: TextSetting, text: string): string | undefined {
  if (setting === 'endpoint' && !isEndpoint(text)) {
    return `expected a URL that begins with http:// or https://, found ${quoteText(text)}`;
  }
  if (setting === 'region' && !region.test(text)) {
    return `expected the name of a region, such as eu-west-1, found ${quoteText(text)}`;
  }
  return text.trim() === '' ? `expected text, found ${quoteText(text)}` : undefined;
}

/**
 * Refuses settings before anything is sent: an empty key would mean no encryption, and the SDK's words about an
 * endpoint without a scheme name neither.
 * @throws `OPTION_INVALID`
 */
export function assertSettings(access: S3Access): void {
  for (const setting of ['endpoint', 'region', 'profile', 'kmsKeyArn'] as const) {
    const text = access[setting];
    const problem = text === undefined ? undefined : problemOf(setting, text);
    if (problem !== undefined) throw new BacktestExportError('OPTION_INVALID', `S3 ${setting}: ${problem}`);
  }
}

/** The error for what the SDK says of settings that it found in the environment or the configuration files. */
export function settingsRefused(cause: unknown): BacktestExportError {
  const said = cause instanceof Error ? cause.message : String(cause);
  const problem =
    'the settings for S3 in the environment or in the configuration files of AWS cannot be used ' +
    `(AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, AWS_REGION, AWS_PROFILE): ${quoteText(said, '')}`;
  return new BacktestExportError('OPTION_INVALID', problem, { cause });
}

/** One label of a host name, as the region is part of one. */
const region = /^[A-Za-z\d](?:[A-Za-z\d-]{0,61}[A-Za-z\d])?$/;

function isEndpoint(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}
