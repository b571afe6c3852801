import { element } from './dom.ts';
import { Engine, EngineError } from './engine/engine.ts';
import type { Choice, Failure, Listing, Progress, SavedFormat, ShownReport, Source } from './engine/messages.ts';
import { listenForDrops } from './files/listen-for-drops.ts';
import { saveFile } from './output/save-file.ts';
import { failureScreen } from './screens/failure.ts';
import { listingScreen } from './screens/listing.ts';
import { ProgressScreen } from './screens/progress.ts';
import { reportScreen } from './screens/report.ts';
import { startScreen } from './screens/start.ts';

/** Gives what is to be read; undefined where the reader changed their mind. */
type TakeSource = (signal: AbortSignal) => Promise<Source | undefined>;

/** What a piece of work is given. */
interface Work {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

const title = 'Backtest export viewer';
const extensions: Readonly<Record<SavedFormat, string>> = { html: 'html', markdown: 'md', csv: 'csv', json: 'json' };

/** The page: one screen at a time, and at most one piece of work, which the next one ends. */
export class App {
  readonly #root: HTMLElement;
  readonly #status: HTMLElement;
  readonly #engine = new Engine();
  #work = new AbortController();
  #listing: Listing | undefined;
  /** Where the listing is from, and the engine's session that knows of it. */
  #opened: { readonly source: Source; readonly session: number } | undefined;
  #choice: Choice | undefined;

  constructor(root: HTMLElement, status: HTMLElement) {
    this.#root = root;
    this.#status = status;
    listenForDrops(document, (take) => void this.#open(take));
  }

  /** Shows the first screen, or what the page is served with. */
  start(served: string | undefined): void {
    if (served === undefined) return this.#showStart({ focus: false });
    const url = new URL(served, document.baseURI).href;
    void this.#open(async () => ({ kind: 'list', name: 'The folder that this page is served with', url }), true);
  }

  #showStart({ focus = true } = {}): void {
    this.#work.abort();
    this.#listing = undefined;
    this.#show(
      startScreen((take) => void this.#open(take)),
      title,
      focus,
    );
  }

  async #open(take: TakeSource, atOnce = false): Promise<void> {
    const back = this.#listing === undefined ? () => this.#showStart() : () => this.#showListing();
    await this.#run('Looking for exports', back, async (work) => {
      const source = await take(work.signal);
      if (source === undefined) return back();
      this.#listing = undefined;
      const listing = await this.#openSource(source, work);
      this.#listing = listing;
      this.#choice = undefined;
      const [only] = listing.exports;
      if (atOnce && listing.exports.length === 1 && only !== undefined)
        await this.#showReport({ index: only.index, others: [] });
      else this.#showListing();
    });
  }

  async #openSource(source: Source, work: Work): Promise<Listing> {
    await this.#engine.idle();
    const listing = await this.#engine.ask('open', source, work);
    work.signal.throwIfAborted();
    this.#opened = { source, session: this.#engine.session };
    return listing;
  }

  #showListing(): void {
    const listing = this.#listing;
    if (listing === undefined) return this.#showStart();
    const screen = listingScreen(listing, this.#choice, {
      onReport: (choice) => void this.#showReport(choice),
      onOther: () => this.#showStart(),
    });
    this.#show(screen, `${listing.name}: ${title}`);
  }

  async #showReport(choice: Choice): Promise<void> {
    this.#choice = choice;
    await this.#run(
      'Making the report',
      () => this.#showListing(),
      async (work) => {
        await this.#engine.idle();
        const { source, session } = this.#opened ?? {};
        if (source !== undefined && session !== this.#engine.session) await this.#openSource(source, work);
        const report = await this.#engine.ask('report', choice, work);
        work.signal.throwIfAborted();
        const screen = reportScreen(report.html, {
          onSave: (format) => void this.#save(format, report),
          onBack: () => this.#showListing(),
          onOther: () => this.#showStart(),
        });
        this.#show(screen.element, screen.title);
        screen.begin();
      },
    );
  }

  async #save(format: SavedFormat, { fileName }: ShownReport): Promise<void> {
    const { signal } = this.#work;
    try {
      const work = { signal, onProgress: () => undefined };
      saveFile(await this.#engine.ask('save', format, work), `${fileName}.${extensions[format]}`);
      this.#say(`Saved as ${fileName}.${extensions[format]}`);
    } catch (error) {
      // where something else is shown by now, it is nothing to tell of
      if (!signal.aborted) this.#fail(error, () => this.#showListing());
    }
  }

  /** Does a piece of work, which ends the one before; shows how far it is, and what went wrong. */
  async #run(what: string, back: () => void, task: (work: Work) => Promise<void>): Promise<void> {
    this.#work.abort();
    const controller = (this.#work = new AbortController());
    const screen = new ProgressScreen(what, {
      onCancel: () => {
        controller.abort();
        this.#say('Cancelled');
        back();
      },
      say: (text) => this.#say(text),
    });
    const { signal } = controller;
    const onProgress = (progress: Progress): void => {
      if (!signal.aborted) screen.show(progress);
    };
    this.#show(screen.element, `${what}: ${title}`);
    try {
      await task({ signal, onProgress });
    } catch (error) {
      // who ended it shows what comes next
      if (!signal.aborted) this.#fail(error, back);
    }
  }

  #fail(error: unknown, back: () => void): void {
    const failure: Failure =
      error instanceof EngineError
        ? error.failure
        : { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error), cancelled: false };
    const screen = failureScreen(failure, {
      onBack: this.#listing === undefined ? undefined : back,
      onOther: () => this.#showStart(),
    });
    this.#show(screen, `It cannot be read: ${title}`);
  }

  /** Replaces the screen; the heading is focused, so that a screen reader begins there. */
  #show(screen: HTMLElement, documentTitle: string, focus = true): void {
    this.#root.replaceChildren(screen);
    document.title = documentTitle;
    scrollTo(0, 0);
    if (!focus) return;
    const heading = screen.querySelector('h1');
    heading?.setAttribute('tabindex', '-1');
    heading?.focus({ preventScroll: true });
  }

  #say(text: string): void {
    this.#status.replaceChildren(element('span', {}, text));
  }
}
