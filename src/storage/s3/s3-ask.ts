/**
 * What a request is for: `read` may be sent again, `write` may not, `complete` is the end of an upload. `settle` and `copy`
 * finish or undo what was begun, `clean` is an attempt to tidy up. S3 answers `complete` and `copy` when it is done.
 */
export type Purpose = 'read' | 'write' | 'complete' | 'settle' | 'copy' | 'clean';

/** What a request is about, for messages. */
export interface Place {
  readonly bucket: string;
  readonly key: string;
  /** The file, as the storage names it; `''` for the folder itself. */
  readonly path: string;
}

/** A request, as its time limits and messages see it. */
export interface Ask extends Place {
  /** The operation, as AWS names it. */
  readonly operation: string;
  readonly purpose: Purpose;
  /** Bytes that the request brings. */
  readonly bytes?: number;
  /** Whether the answer is an object, whose reader counts its bytes. */
  readonly object?: boolean;
  /** Ends this request, beside the signal of the folder. */
  readonly signal?: AbortSignal;
}

/** What an open object is. */
export interface S3Object extends Place {
  readonly size: number;
  /** The ETag, which every read asks for. */
  readonly version: string;
}
