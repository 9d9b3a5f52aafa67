import { readFileSync } from 'node:fs';
import { UserError } from '../core/index.js';
import { call } from './native.js';
import type { Device } from './tensor.js';

/**
 * What convolutions and the activations between layers are computed in. Weights, statistics, losses and heads are
 * float32 either way.
 */
export type Precision = 'float32' | 'bfloat16';

/**
 * Whether a processor multiplies bfloat16 itself; elsewhere it would be slower than float32.
 *
 * @param cpuInfo the text of `/proc/cpuinfo`
 */
export function multipliesBfloat16(cpuInfo: string): boolean {
  const flags = /^flags\s*:\s*(.*)$/m.exec(cpuInfo)?.[1].split(' ') ?? [];
  return flags.includes('avx512_bf16') || flags.includes('amx_bf16');
}

let here: boolean | undefined;

/** The same for this machine's. False on other systems than Linux. */
export function hasBfloat16(): boolean {
  return (here ??= multipliesBfloat16(cpuInfo()));
}

function cpuInfo(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return '';
  }
}

/** Whether bfloat16 works on a device, and is not emulated there. */
export function worksInBfloat16(device: Device): boolean {
  if (device === 'cpu') return hasBfloat16();
  return isCuda(device) && call<boolean>('cudaBfloat16');
}

const isCuda = (device: Device): boolean => device.split(':')[0] === 'cuda';

/**
 * The precision a user asked for.
 *
 * @param wanted `auto`: bfloat16 on processors that multiply it, else float32, which on a card was the faster of the two below batches of 1024
 * @throws UserError `PRECISION_MISSING` where bfloat16 is asked for and would not be fast
 */
export function resolvePrecision(wanted: Precision | 'auto', device: Device): Precision {
  const isCard = isCuda(device);
  if (wanted === 'auto') return !isCard && worksInBfloat16(device) ? 'bfloat16' : 'float32';
  if (wanted === 'bfloat16' && !worksInBfloat16(device))
    throw new UserError('PRECISION_MISSING', 'bfloat16 is not available here.', {
      where: '--precision',
      expected: isCard
        ? 'a card of compute capability 8.0 or newer'
        : 'a processor with avx512_bf16 or amx_bf16',
      got: isCard
        ? 'an older card'
        : device === 'cpu'
          ? 'a processor without'
          : `the device ${device}`,
      remedy: `use --precision float32; continue a run started in bfloat16 on a ${isCard ? 'card' : 'processor'} that has it`,
    });
  return wanted;
}
