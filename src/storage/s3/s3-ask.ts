/**
 * The purpose of a request: `read` may be repeated, `write` may not, `complete` ends an upload. `settle` and `copy`
 * finish or undo started work; `clean` is a best-effort removal. S3 responds to `complete` and `copy` once finished.
 */
export type Purpose = 'read' | 'write' | 'complete' | 'settle' | 'copy' | 'clean';

/** What a storage is to the function that uses it, for messages. */
export type Side = 'source' | 'destination';

/** The object of a request, for messages. */
export interface Place {
  readonly bucket: string;
  readonly key: string;
  /** The file, as the storage names it; `''` for the folder itself. */
  readonly path: string;
  readonly side?: Side;
}

/** The description of a request, for its time limits and messages. */
export interface Ask extends Place {
  /** The operation, as AWS names it. */
  readonly operation: string;
  readonly purpose: Purpose;
  /** Bytes in the request's body. */
  readonly bytes?: number;
  /** Whether the response is an object, whose reader counts its bytes. */
  readonly object?: boolean;
  /** Ends this request, in addition to the folder's signal. */
  readonly signal?: AbortSignal;
}

/** An open object. */
export interface S3Object extends Place {
  readonly size: number;
  /** The ETag, which every read requires. */
  readonly version: string;
}
