import { availableParallelism } from 'node:os';
import { UserError } from '../core/index.js';
import { TensorError } from './error.js';
import type { EngineOrigin } from './engine/choose-engine.js';
import { call, engine } from './native.js';
import type { Device } from './tensor.js';

/** Threads used within one operator. Set it: some libtorch builds start with 1. */
export function setThreads(n: number): void {
  if (!Number.isInteger(n) || n < 1 || n > 1024)
    throw new TensorError('setThreads', 'an integer of 1 to 1024', String(n));
  call('setThreads', n);
}

export function getThreads(): number {
  return call<number>('getThreads');
}

/** The threads to use where the user says nothing: one a core. */
export function defaultThreads(): number {
  return Math.max(1, availableParallelism());
}

/** Seeds libtorch's own generator (dropout). Weights come from our streams instead. */
export function manualSeed(seed: number): void {
  call('manualSeed', seed);
}

/**
 * Gives back to the system what the engine keeps of freed tensors for the next ones.
 *
 * @returns its bytes; 0 where the engine keeps nothing (other systems than Linux)
 */
export function releaseMemory(): number {
  return call<number>('releaseMemory');
}

/** The devices that work here, the best one first. */
export function availableDevices(): Device[] {
  const devices: Device[] = [];
  if (call<boolean>('hasCuda')) devices.push('cuda');
  if (call<boolean>('hasMps')) devices.push('mps');
  return [...devices, 'cpu'];
}

/**
 * The device a user asked for.
 *
 * @param wanted `auto` (the best there is), `cpu`, `cuda` (or `cuda:1`) or `mps`
 * @throws UserError `DEVICE_UNKNOWN`, `DEVICE_MISSING`
 */
export function resolveDevice(wanted = 'auto'): Device {
  if (wanted === 'cpu') return 'cpu';
  if (typeof wanted !== 'string' || !/^(auto|mps|cuda(:\d+)?)$/.test(wanted))
    throw new UserError('DEVICE_UNKNOWN', 'Unknown device.', {
      where: '--device',
      expected: 'auto, cpu, cuda, cuda:N or mps',
      got: String(wanted),
    });
  const devices = availableDevices();
  if (wanted === 'auto') return devices[0];
  if (devices.includes(wanted.split(':')[0])) return wanted;
  const { stamp, cudaProblem } = engine();
  throw new UserError('DEVICE_MISSING', 'This device is not available.', {
    where: '--device',
    expected: devices.join(' or '),
    got: wanted,
    remedy:
      wanted === 'mps'
        ? 'use --device cpu'
        : `use --device cpu (libtorch ${stamp.version}: ${cudaProblem || 'it finds no CUDA device'})`,
  });
}

/**
 * Waits until a device has done everything it was given; returns at once for the CPU, whose operators return when they are done.
 */
export function synchronise(device: Device): void {
  if (typeof device !== 'string')
    throw new TensorError('synchronise', 'device to be a string', typeof device);
  call('synchronise', device);
}

/**
 * Whether cuDNN measures its algorithms at the first convolution of every shape and keeps the fastest, as
 * `torch.backends.cudnn.benchmark` does. Default false.
 */
export function setConvolutionSearch(on: boolean): void {
  call('setConvolutionSearch', on);
}

/** What the engine is made of. */
export interface EngineInfo {
  readonly libtorch: string;
  /** Where it was found: SAFE_AUGMENT_TORCH, LIBTORCH, python3, system, homebrew, or package for the platform package. */
  readonly source: string;
  /** Why it is taken before others. */
  readonly origin: EngineOrigin;
  /** The addon. */
  readonly file: string;
  /** The folder of libtorch. */
  readonly root: string;
  /** Why cards cannot be used; empty where this libtorch has CUDA. */
  readonly cudaProblem: string;
  readonly blas: string;
  /** The instruction set of ATen's kernels, such as AVX2. */
  readonly cpuCapability: string;
  readonly cuda: boolean;
  readonly mps: boolean;
  readonly threads: number;
}

export function engineInfo(): EngineInfo {
  const { stamp, origin, file, cudaProblem } = engine();
  const config = call<string>('config');
  const part = (pattern: RegExp) => pattern.exec(config)?.[1] ?? 'unknown';
  return {
    libtorch: stamp.version,
    source: origin === 'package' ? origin : stamp.source,
    origin,
    file,
    root: stamp.root,
    cudaProblem,
    blas: part(/BLAS_INFO=(\w+)/),
    cpuCapability: part(/CPU capability usage: (\S+)/),
    cuda: call<boolean>('hasCuda'),
    mps: call<boolean>('hasMps'),
    threads: getThreads(),
  };
}
