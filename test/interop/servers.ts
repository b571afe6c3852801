import { startMoto } from './moto.ts';
import type { S3Server } from './s3-server.ts';
import { hasVersitygw, startVersitygw } from './versitygw.ts';

/** The S3 servers of the tests, by name; `missing` are not installed. */
export const servers: readonly { name: string; missing: boolean; start: () => Promise<S3Server> }[] = [
  { name: 'moto', missing: false, start: startMoto },
  { name: 'versitygw', missing: !hasVersitygw, start: startVersitygw },
];
