import { readFileSync } from 'node:fs';

/**
 * The kernels that OpenBLAS should use, by the processor's flags, for `OPENBLAS_CORETYPE`; undefined where its own choice stands.
 *
 * OpenBLAS knows processors by their model numbers, and takes its oldest kernels (Prescott, of 2004, four times slower) for those
 * that are younger than itself or shown in part by a virtual machine. The flags tell what a processor can do.
 *
 * @param cpuInfo the text of `/proc/cpuinfo`
 */
export function blasKernels(cpuInfo: string): string | undefined {
  const field = (name: string): string =>
    new RegExp(`^${name}\\s*:\\s*(.*)$`, 'm').exec(cpuInfo)?.[1] ?? '';
  const flags = new Set(field('flags').split(' '));
  const has = (...names: string[]): boolean => names.every((name) => flags.has(name));
  const wide = has('avx512f', 'avx512cd', 'avx512bw', 'avx512dq', 'avx512vl');
  if (!has('avx2', 'fma')) return undefined;
  if (field('vendor_id') === 'GenuineIntel') return wide ? 'SkylakeX' : 'Haswell';
  if (field('vendor_id') !== 'AuthenticAMD') return undefined;
  // Debian's release knows family 25, and later ones use the wide vectors of its second half; 26 is younger than it.
  if (wide) return Number(field('cpu family')) > 25 ? 'SkylakeX' : undefined;
  return 'Zen';
}

/** Sets `OPENBLAS_CORETYPE` unless the user has; before libtorch is loaded, since it is read then. */
export function chooseBlasKernels(): void {
  if (process.platform !== 'linux' || process.arch !== 'x64') return;
  try {
    const kernels = blasKernels(readFileSync('/proc/cpuinfo', 'utf8'));
    if (kernels !== undefined) process.env.OPENBLAS_CORETYPE ??= kernels;
  } catch {
    // Without /proc the library chooses.
  }
}
