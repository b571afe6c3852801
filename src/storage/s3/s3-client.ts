import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { BacktestExportError, isError } from '../../errors.ts';
import { given } from '../../given.ts';
import { loadPackage } from '../../load-package.ts';
import type { S3Access } from './s3-access.ts';
import { resolveLimits } from './s3-limits.ts';
import { settingsRefused } from './s3-settings.ts';

/** The SDK's module, an optional peer dependency. */
export type S3Module = typeof import('@aws-sdk/client-s3');

/** A client and its module. */
export interface S3Connection {
  readonly sdk: S3Module;
  readonly client: S3Client;
  /** Where the client takes its region from; a caller's own client follows redirects itself. */
  readonly redirect?: Redirect;
}

/** The region that S3 named, once it has refused a request for being sent to another one. */
export interface Redirect {
  region: string | undefined;
}

/** @throws `DEPENDENCY_MISSING` if the SDK is not installed, `DEPENDENCY_FAILED` if it cannot be loaded */
export function loadS3(load: () => Promise<S3Module> = () => import('@aws-sdk/client-s3')): Promise<S3Module> {
  return loadPackage('@aws-sdk/client-s3', 's3://', load);
}

/**
 * Makes a client. The SDK itself repeats failed requests, with jitter, up to five attempts. Only its connection timeout
 * is set; the others differ between SDK versions and are implemented in `S3Requests`.
 */
export async function connect(access: S3Access): Promise<S3Connection> {
  const sdk = await loadS3();
  const { endpoint, profile } = access;
  if (profile !== undefined) await assertKnowsProfiles(sdk);
  const redirect: Redirect = { region: undefined };
  const ownRegion = regionOf(sdk, access);
  const options: S3ClientConfig = {
    maxAttempts: 5,
    requestHandler: { connectionTimeout: resolveLimits(access).timeouts.connect },
    region: async () => redirect.region ?? (await ownRegion()),
    ...given({ endpoint, profile }),
  };
  const forcePathStyle = access.forcePathStyle ?? (endpoint !== undefined || (await hasOtherEndpoint(sdk, options)));
  return { sdk, client: new sdk.S3Client({ ...options, forcePathStyle }), redirect };
}

/**
 * An older SDK silently takes another profile, and so other credentials, than the one asked for.
 * @throws `DEPENDENCY_FAILED`
 */
export async function assertKnowsProfiles(sdk: Pick<S3Module, 'S3Client'>): Promise<void> {
  const version = await versionOf(sdk);
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  if (major > 3 || (major === 3 && minor >= leastForProfiles)) return;
  const found = version ?? 'one that does not tell its version';
  const problem = `the option profile needs the package @aws-sdk/client-s3 from 3.${leastForProfiles}, found ${found}: npm install @aws-sdk/client-s3@latest, or set AWS_PROFILE instead`;
  throw new BacktestExportError('DEPENDENCY_FAILED', problem);
}

const leastForProfiles = 758;

/** What the SDK tells servers of its version; undefined if it does not. */
async function versionOf(sdk: Pick<S3Module, 'S3Client'>): Promise<string | undefined> {
  const { config } = new sdk.S3Client({ region: 'us-east-1' });
  const agent = await config.defaultUserAgentProvider();
  const version = agent.find(([name]) => name === 'aws-sdk-js')?.[1];
  return version !== undefined && /^\d+\.\d+\./.test(version) ? version : undefined;
}

/** The region to begin with. As with the AWS CLI it may be missing: S3 then names the bucket's. */
function regionOf(sdk: S3Module, { region, profile }: S3Access): () => Promise<string> {
  if (region !== undefined) return async () => region;
  let found: Promise<string> | undefined;
  const find = async (): Promise<string> => {
    try {
      return await new sdk.S3Client(given({ profile })).config.region();
    } catch (error) {
      if (isError(error) && error.message === 'Region is missing') return 'us-east-1';
      throw error;
    }
  };
  return () => (found ??= find());
}

/** Whether the SDK finds an endpoint of another service in the environment or in the configuration files. Sends nothing. */
async function hasOtherEndpoint(sdk: S3Module, options: S3ClientConfig): Promise<boolean> {
  // nothing is signed: the credentials only keep the SDK from looking for some
  const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
  const client = new sdk.S3Client({ ...options, credentials });
  const command = new sdk.HeadBucketCommand({ Bucket: 'any-bucket' });
  let host: string | undefined;
  command.middlewareStack.add(
    (_, context) => () => {
      host = context.endpointV2?.url.hostname;
      return Promise.resolve({ response: undefined, output: { $metadata: {} } });
    },
    { step: 'build', name: 'backtestExportEndpoint', priority: 'high' },
  );
  try {
    await client.send(command);
  } catch (error) {
    throw settingsRefused(error);
  }
  return host !== undefined && !awsHosts.test(host);
}

/** The domains of AWS in all of its partitions. */
const awsHosts =
  /\.(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|api\.aws|api\.amazonwebservices\.com\.cn|c2s\.ic\.gov|sc2s\.sgov\.gov|csp\.hci\.ic\.gov|cloud\.adc-e\.uk)$/;
