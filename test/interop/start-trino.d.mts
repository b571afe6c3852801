/** Where Trino and its Java are, and how it runs. */
export interface TrinoOptions {
  /** The unpacked server. */
  readonly home: string;
  /** The command of a Java that is new enough. */
  readonly java: string;
  /** The most memory of its heap; default `1200M`. */
  readonly memory?: string;
  /** More options of the Java. */
  readonly jvm?: readonly string[];
}

/** A Trino that runs on this machine, with one catalog `hive` whose tables are files of one folder. */
export interface TrinoServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** @throws what it wrote, if it ends early or has not started within two minutes */
export declare function startTrino(folder: string, options: TrinoOptions): Promise<TrinoServer>;
