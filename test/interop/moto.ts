import { startServer, type S3Server } from './s3-server.ts';

/** moto's S3 server, which holds its objects in memory and believes every signature. */
export async function startMoto(): Promise<S3Server> {
  const python = process.env['INTEROP_PYTHON'];
  if (python === undefined) throw new Error('run these tests by `npm run test:interop`, which installs what they need');
  return startServer(python, (port) => ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)]);
}
