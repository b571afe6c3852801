/** How to reach S3; the SDK finds what is left out (environment, profile, instance). Plain data. */
export interface S3Access {
  /** Endpoint of a service other than AWS, such as `http://127.0.0.1:5000`. */
  readonly endpoint?: string;
  readonly region?: string;
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`; the default if `endpoint` is given. */
  readonly forcePathStyle?: boolean;
  /** Key that encrypts written objects (SSE-KMS). */
  readonly kmsKeyArn?: string;
  /** How long S3 may take before a request is `TIMED_OUT`. */
  readonly timeouts?: S3Timeouts;
  /** How large one listing may be. */
  readonly limits?: S3Limits;
}

/** How long S3 may take, in milliseconds; each limit restarts whenever a request is sent. */
export interface S3Timeouts {
  /** For a connection; default 10,000. Your own client uses its own limit. */
  readonly connect?: number;
  /**
   * From sending a request to the headers of its response; default 30,000. A request with a body gets one more second
   * for each 64 KiB; a copy and the completion of an upload get ten times as long.
   */
  readonly firstByte?: number;
  /** The span in which a response must deliver 1 KiB for each second, or its end; default 30,000. */
  readonly idle?: number;
  /** How many times a read request is sent before a timeout is reported; default 3. A write request is sent once. */
  readonly tries?: number;
}

/** How large one listing of a folder may be before it is refused. */
export interface S3Limits {
  /** Objects and folders directly in one folder; default 500,000, which take about 150 MB. */
  readonly entries?: number;
  /** Pages of one listing; default 20,000. */
  readonly pages?: number;
}
