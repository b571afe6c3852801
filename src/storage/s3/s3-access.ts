/** How to reach S3; the SDK finds what is left out (environment, profile, instance). Plain data. */
export interface S3Access {
  /** Endpoint of a service other than AWS, such as `http://127.0.0.1:5000`. */
  readonly endpoint?: string;
  /**
   * Region of the bucket. By default that of the environment or the profile, else `us-east-1`; the right one is used as
   * soon as S3 names it.
   */
  readonly region?: string;
  /** Profile of the shared configuration files, for credentials and region; needs `@aws-sdk/client-s3` from 3.758. */
  readonly profile?: string;
  /**
   * `endpoint/bucket/key` instead of `bucket.endpoint/key`. By default where an endpoint is configured that is not AWS's,
   * here or where the SDK looks for it (`AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`, `endpoint_url` of the profile).
   */
  readonly forcePathStyle?: boolean;
  /** Key that encrypts written objects (SSE-KMS). */
  readonly kmsKeyArn?: string;
  /** Whether S3 derives its keys from a bucket key, which costs fewer requests of KMS; default: as the bucket is set. */
  readonly bucketKey?: boolean;
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
