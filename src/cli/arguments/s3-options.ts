import { given } from '../../given.ts';
import { quoteText } from '../../quote-text.ts';
import type { S3Access } from '../../storage/s3/s3-access.ts';
import { problemOf, type TextSetting } from '../../storage/s3/s3-settings.ts';
import { usageError, type Flags } from './flags.ts';
import { choice, option, toggle, type OptionSpec } from './option-spec.ts';

const styles = ['auto', 'always', 'never'] as const;

/** How to reach S3, of commands with one kind of location. */
export const s3Options: readonly OptionSpec[] = [
  option('endpoint-url', 'URL', 'S3: endpoint of a service other than AWS', 'as the SDK finds it'),
  option('region', 'NAME', 'S3: region of the bucket; the right one is used once S3 names it', 'as the SDK finds it'),
  option('profile', 'NAME', 'S3: profile of the AWS configuration files', 'as the SDK finds it'),
  choice(
    'path-style',
    'WHEN',
    styles,
    'S3: bucket in the path (URL/BUCKET), not in the host name; auto does so at endpoints other than AWS:',
    'auto',
  ),
];

/** How written objects are encrypted. */
export const s3WriteOptions: readonly OptionSpec[] = [
  option('kms-key', 'ARN', 'S3: key that encrypts what is written (SSE-KMS)', 'as the bucket is set'),
  toggle('bucket-key', 'S3: encrypt by a key of the bucket, with fewer requests to KMS'),
];

/** The same for commands that read one location and write another: for both, and for each of them. */
export const s3CopyOptions: readonly OptionSpec[] = [
  ...s3Options.map((spec) => ({ ...spec, help: spec.help.replace('S3:', 'S3, SOURCE and DEST:') })),
  ...sideOptions('source'),
  ...sideOptions('dest'),
  ...s3WriteOptions,
];

function sideOptions(side: 'source' | 'dest'): OptionSpec[] {
  return s3Options.map((spec) => ({
    ...spec,
    name: `${side}-${spec.name}`,
    help: `S3: --${spec.name} of ${side.toUpperCase()} alone`,
    default: `--${spec.name}`,
  }));
}

/**
 * What the options say about reaching S3. For SOURCE or DEST its own options count before those of both.
 * @throws `OPTION_INVALID` for options without effect, since the location that they are for is not in S3, and for those with
 * which no request could be sent
 */
export function s3Access(flags: Flags, side?: 'source' | 'dest'): S3Access {
  refuseIdle(flags);
  const nameOf = (name: string): string =>
    side !== undefined && flags.has(`${side}-${name}`) ? `${side}-${name}` : name;
  const style = flags.choice(nameOf('path-style'), styles) ?? 'auto';
  const writes = side !== 'source';
  return given({
    endpoint: s3Setting(flags, 'endpoint', nameOf('endpoint-url')),
    region: s3Setting(flags, 'region', nameOf('region')),
    profile: s3Setting(flags, 'profile', nameOf('profile')),
    forcePathStyle: style === 'auto' ? undefined : style === 'always',
    kmsKeyArn: writes ? s3Setting(flags, 'kmsKeyArn', 'kms-key') : undefined,
    bucketKey: writes && flags.has('bucket-key') ? true : undefined,
  });
}

/** The text of a setting, as the option of that name gives it. @throws `OPTION_INVALID` if no request could be sent with it */
export function s3Setting(flags: Flags, setting: TextSetting, name: string): string | undefined {
  const text = flags.text(name);
  const problem = text === undefined ? undefined : problemOf(setting, text);
  if (problem !== undefined) throw usageError(`--${name}: ${problem}`);
  return text;
}

function refuseIdle(flags: Flags): void {
  // the lines that `map` reads name the location
  if (flags.knows('line')) return;
  const [first = '', second = ''] = flags.positionals;
  const written = flags.text('output') ?? '';
  const read = [flags.text('accuracy') ?? '', ...(flags.list('history') ?? []), ...flags.texts('compare')];
  const all = [...flags.positionals, ...read, written];
  const copies = sideOptions('dest').some(({ name }) => flags.knows(name));
  const places: readonly (readonly [readonly OptionSpec[], readonly string[]])[] = [
    [s3Options, all],
    [sideOptions('source'), [first, flags.text('accuracy') ?? '']],
    [sideOptions('dest'), [second]],
    [s3WriteOptions, [flags.knows('output') ? written : copies ? second : first]],
  ];
  for (const [options, locations] of places) {
    const idle = options.find(({ name }) => flags.has(name));
    if (idle === undefined || locations.some((location) => /^s3:\/\//i.test(location))) continue;
    const found = locations.filter((location) => location !== '').map((location) => quoteText(location));
    throw usageError(`--${idle.name}: expected a location that begins with s3://, found ${found.join(' ')}`);
  }
}
