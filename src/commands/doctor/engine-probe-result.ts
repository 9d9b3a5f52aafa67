/** What `engine-probe.ts` prints. */
export type EngineProbe = ProbedEngine | MissingEngine;

/** An engine that works. */
export interface ProbedEngine {
  readonly found: true;
  /** Why it is taken before others: SAFE_AUGMENT_TORCH, LIBTORCH, built here, package. */
  readonly origin: string;
  /** The addon. */
  readonly file: string;
  readonly libtorch: string;
  /** The folder of libtorch. */
  readonly root: string;
  /** What libtorch calls its BLAS; `generic` for a distribution's. */
  readonly blas: string;
  /** The library that it is, where it is one of its own. */
  readonly blasFile: string | null;
  /** The instruction set of ATen's kernels, such as AVX2. */
  readonly cpuCapability: string;
  /** The best one first. */
  readonly devices: readonly string[];
  /** What `precision: auto` is on the best device. */
  readonly precision: string;
  /** Whether several processes can train one network. */
  readonly processes: boolean;
  /** Why cards cannot be used; empty where this libtorch has CUDA. */
  readonly cudaProblem: string;
  /** Billions of operations a second of a product of matrices in float32, all cores. */
  readonly gigaflops: number;
}

/** No engine, or one that does not load: the parts of the error that every other command would end with. */
export interface MissingEngine {
  readonly found: false;
  readonly code: string;
  readonly summary: string;
  readonly where?: string;
  readonly expected?: string;
  readonly got?: string;
  readonly remedy?: string;
}
