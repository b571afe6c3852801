import { setWorkerFile } from 'backtest-export/browser';
import { describeFailure } from './describe-failure.ts';
import type { FromEngine, Progress, ToEngine } from './messages.ts';
import { Session } from './session.ts';

/** The global scope of a worker, as far as it is used here: the page's own types have another one. */
const scope = globalThis as unknown as {
  addEventListener(type: 'message', listener: (event: MessageEvent<ToEngine>) => void): void;
  postMessage(message: FromEngine): void;
};

const session = new Session();
const running = new Map<number, AbortController>();

scope.addEventListener('message', ({ data }) => {
  if (data.kind === 'start') setWorkerFile(data.thread);
  else if (data.kind === 'cancel') running.get(data.id)?.abort();
  else void answer(data);
});

type Request = Exclude<ToEngine, { readonly kind: 'start' | 'cancel' }>;

async function answer(request: Request): Promise<void> {
  const { id } = request;
  const controller = new AbortController();
  running.set(id, controller);
  const onProgress = (progress: Progress): void => scope.postMessage({ id, kind: 'progress', progress });
  try {
    scope.postMessage({
      id,
      kind: 'answer',
      answer: await answerOf(request, { signal: controller.signal, onProgress }),
    });
  } catch (error) {
    scope.postMessage({ id, kind: 'failure', failure: describeFailure(error, controller.signal.aborted) });
  } finally {
    running.delete(id);
  }
}

function answerOf(request: Request, work: Parameters<Session['open']>[1]): ReturnType<Session[Request['kind']]> {
  switch (request.kind) {
    case 'open':
      return session.open(request.asks, work);
    case 'report':
      return session.report(request.asks, work);
    case 'save':
      return session.save(request.asks, work);
    default:
      return request satisfies never;
  }
}
