/** How S3 is reached; what is left out is found as the SDK finds it (environment, profile, instance). */
export interface S3Access {
  /** Of another service than AWS, such as `http://127.0.0.1:5000`. */
  readonly endpoint?: string;
  readonly region?: string;
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`; with an `endpoint` by default. */
  readonly forcePathStyle?: boolean;
  /** Key that objects are encrypted with when they are written (SSE-KMS). */
  readonly kmsKeyArn?: string;
}
