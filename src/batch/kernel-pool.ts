import { decodeBase64 } from './decode-base64.ts';
import { compileWasm, orMemoryRefused } from './kernel-errors.ts';

/** Bytes of a page of WebAssembly memory. */
export const pageBytes = 65_536;
/** What {@link KernelPoolOptions.largestIdle} is by default. */
const usualIdle = 32 * 1024 * 1024;

/** What a pool makes instances of, and how many of them it keeps. */
export interface KernelPoolOptions<Instance> {
  /** For messages, such as `the CSV kernel`. */
  readonly name: string;
  readonly wasmBase64: string;
  /** Pages of a new memory, and of the largest that it may become. */
  readonly firstPages: number;
  readonly mostPages: number;
  /** Instances that are kept while nobody uses them. */
  readonly mostIdle: number;
  /** Bytes; a memory never shrinks, so a larger one is left to the garbage collector. 32 MiB by default. */
  readonly largestIdle?: number;
  readonly create: (exports: WebAssembly.Exports, memory: WebAssembly.Memory) => Instance;
}

/**
 * Instances of one kernel for the users of this thread, one user each at a time. They are used again, since each reserves
 * gigabytes of addresses and an export may have 100,000 parts; the module is compiled once, when it is first needed (about
 * a millisecond). An instance that nobody gives back costs an instance, nothing else; one that trapped must not come back.
 */
export class KernelPool<Instance extends { readonly memory: WebAssembly.Memory }> {
  readonly #options: KernelPoolOptions<Instance>;
  readonly #idle: Instance[] = [];
  #module: WebAssembly.Module | undefined;

  constructor(options: KernelPoolOptions<Instance>) {
    this.#options = options;
  }

  /**
   * An instance whose memory holds at least `bytes`, an idle one if there is any. The memory holds what its last user
   * left there; memory that was never touched costs nothing.
   * @throws `MEMORY_REFUSED`, `WEBASSEMBLY_MISSING`
   */
  acquire(bytes: number): Instance {
    const instance = this.#idle.pop() ?? this.#create();
    try {
      this.grow(instance, bytes);
    } catch (error) {
      this.release(instance);
      throw error;
    }
    return instance;
  }

  /**
   * Makes sure that an instance's memory holds at least `bytes`, and makes it hold `wanted` if it has to grow, so that
   * many small steps cost few calls. Views of the memory are void afterwards.
   * @throws `MEMORY_REFUSED`
   */
  grow({ memory }: Instance, bytes: number, wanted: number = bytes): void {
    const held = memory.buffer.byteLength;
    if (bytes <= held) return;
    const { name, mostPages } = this.#options;
    const pages = Math.ceil(Math.max(bytes, Math.min(wanted, mostPages * pageBytes)) / pageBytes);
    orMemoryRefused(name, pages * pageBytes, () => memory.grow(pages - held / pageBytes));
  }

  /** Takes an instance back that nothing reads or writes any more; calls `reset` before it is kept for the next user. */
  release(instance: Instance, reset?: () => void): void {
    const { mostIdle, largestIdle = usualIdle } = this.#options;
    if (this.#idle.length >= mostIdle || instance.memory.buffer.byteLength > largestIdle) return;
    reset?.();
    this.#idle.push(instance);
  }

  #create(): Instance {
    const { name, wasmBase64, firstPages, mostPages, create } = this.#options;
    this.#module ??= compileWasm(name, () => decodeBase64(wasmBase64));
    const module = this.#module;
    return orMemoryRefused(name, firstPages * pageBytes, () => {
      const memory = new WebAssembly.Memory({ initial: firstPages, maximum: mostPages });
      return create(new WebAssembly.Instance(module, { env: { memory } }).exports, memory);
    });
  }
}
