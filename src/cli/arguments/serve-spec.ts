import type { CommandSpec } from './option-spec.ts';
import { helpOption } from './shared-options.ts';

/** The options of `serve`. */
export const serveSpec: CommandSpec = {
  name: 'serve',
  summary: 'Run the export job API of Amazon Forecast on this machine, for AWS SDKs',
  argument: '',
  details: [
    'Answers CreatePredictorBacktestExportJob and the operations around it as the service does, and writes the exports: to ' +
      'FOLDER/bucket/prefix, or to an S3 endpoint. Each predictor is served from an existing export.',
    'Only this machine can reach it unless --host says otherwise, and only by a name of this machine: localhost, an address ' +
      'of loopback, the --host, or one of --allow-host. It ends on Ctrl-C, when the jobs at work have stopped.',
  ],
  options: [
    { name: 'predictor', value: 'LIST', help: 'Predictors, NAME=EXPORT with commas between; needed' },
    {
      name: 'data',
      value: 'FOLDER',
      help: 'Where s3://bucket/prefix is written, as FOLDER/bucket/prefix',
      default: 'forecast-data',
    },
    { name: 's3-endpoint', value: 'URL', help: 'Write to the buckets of this S3 endpoint instead' },
    { name: 'state', value: 'FOLDER', help: 'Keep the jobs here, over restarts', default: 'in memory' },
    { name: 'port', value: 'N', help: 'Port to listen at, 0 for any', default: '8787' },
    { name: 'host', value: 'ADDRESS', help: 'Address to listen at', default: '127.0.0.1' },
    { name: 'allow-host', value: 'LIST', help: 'More names that clients may call it by, as in a container network' },
    {
      name: 'region',
      value: 'NAME',
      help: "Region of jobs whose predictor's ARN has none, and of checked signatures",
      default: 'us-west-2',
    },
    {
      name: 'account',
      value: 'DIGITS',
      help: "Account of jobs whose predictor's ARN has none",
      default: '123456789012',
    },
    { name: 'access-key', value: 'TEXT', help: 'Check signatures, with this key and --secret-key' },
    { name: 'secret-key', value: 'TEXT', help: 'The secret of --access-key' },
    helpOption,
  ],
  examples: [
    'serve --predictor bike=exports/bike --data buckets',
    'serve --predictor bike=exports/bike --state jobs --port 0',
  ],
};
