import { option, type CommandSpec } from './option-spec.ts';
import { helpOption } from './shared-options.ts';

/** The options of `serve`. */
export const serveSpec: CommandSpec = {
  name: 'serve',
  summary: 'Run the export job API of Amazon Forecast on this machine, for AWS SDKs',
  argument: '',
  details: [
    'Answers CreatePredictorBacktestExportJob and the related operations as the service does, and writes the exports to ' +
      'FOLDER/bucket/prefix or to an S3 endpoint. Each predictor is served from an existing export.',
    'Tests can inject failures and delays while it runs: POST /_control, and POST /_control/reset between tests. GET ' +
      '/_health says that it runs.',
    'Only this machine can reach it unless --host says otherwise, and only under one of its names: localhost, a loopback ' +
      'address, the --host, or one of --allow-host. Ctrl-C ends it once the running jobs have stopped.',
  ],
  options: [
    option('predictor', 'LIST', 'Predictors as NAME=EXPORT, separated by commas; required'),
    option('data', 'FOLDER', 'Where s3://bucket/prefix is written, as FOLDER/bucket/prefix', 'forecast-data'),
    option('s3-endpoint', 'URL', 'Write to the buckets of this S3 endpoint instead'),
    option('state', 'FOLDER', 'Keep the jobs in this folder across restarts', 'in memory'),
    option('fail', 'LIST', 'Jobs that fail, as JOB=MESSAGE, separated by commas; * is any job'),
    option('status', 'LIST', 'Jobs that stay or end in a status, as JOB=STATUS, such as nightly=CREATE_STOPPED'),
    option('delay', 'TIME', 'How long each job is CREATE_PENDING, and then CREATE_IN_PROGRESS: 500ms, 2s, 1m', '0s'),
    option('port', 'N', 'Port to listen on, 0 for any', '8787'),
    option('host', 'ADDRESS', 'Address to listen on', '127.0.0.1'),
    option('allow-host', 'LIST', 'Other names that clients may call it by, as in a container network'),
    option('region', 'NAME', "Region of jobs whose predictor's ARN has none, and of checked signatures", 'us-west-2'),
    option('account', 'DIGITS', "Account of jobs whose predictor's ARN has none", '123456789012'),
    option('dataset-group', 'NAME', 'The dataset group that predictors and DescribeDatasetGroup name', 'none'),
    option('access-key', 'TEXT', 'Check signatures with this key and --secret-key'),
    option('secret-key', 'TEXT', 'The secret of --access-key'),
    helpOption,
  ],
  examples: [
    'serve --predictor bike=exports/bike --data buckets',
    'serve --predictor bike=exports/bike --state jobs --port 0',
    'serve --predictor bike=exports/bike --fail nightly="No space left" --delay 2s',
  ],
};
