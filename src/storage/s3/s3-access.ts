/** How S3 is reached; what is left out is found as the SDK finds it (environment, profile, instance). Plain data. */
export interface S3Access {
  /** Of another service than AWS, such as `http://127.0.0.1:5000`. */
  readonly endpoint?: string;
  readonly region?: string;
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`; with an `endpoint` by default. */
  readonly forcePathStyle?: boolean;
  /** Key that objects are encrypted with when they are written (SSE-KMS). */
  readonly kmsKeyArn?: string;
  /** How long S3 may take before a request is `TIMED_OUT`. */
  readonly timeouts?: S3Timeouts;
  /** How much one listing may hold. */
  readonly limits?: S3Limits;
}

/** How long S3 may take, in milliseconds; each of them is counted anew for each sending of a request. */
export interface S3Timeouts {
  /** To a connection; 10,000 by default. A client of one's own has its own. */
  readonly connect?: number;
  /**
   * From sending a request to the head of its answer; 30,000 by default. A request that brings bytes gets a second more
   * for each 64 KiB of them, a copy and the completion of an upload ten times as long.
   */
  readonly firstByte?: number;
  /** In which an answer must bring 1 KiB for each second, or its end; 30,000 by default. */
  readonly idle?: number;
  /** How often a request that reads is sent before a time-out is told; 3 by default. What writes is sent once. */
  readonly tries?: number;
}

/** How much one listing of a folder may hold before it is refused. */
export interface S3Limits {
  /** Objects and folders directly in one folder; 500,000 by default, which take about 150 MB. */
  readonly entries?: number;
  /** Pages of one listing; 20,000 by default. */
  readonly pages?: number;
}
