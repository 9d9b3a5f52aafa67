import { performance } from 'node:perf_hooks';
import { Interrupted } from '../core/index.js';
import { type RunHooks } from '../run/files/index.js';
import { download, type DownloadOptions } from '../data/index.js';

const verbs = {
  fetch: 'Fetching',
  verify: 'Verifying',
  unpack: 'Unpacking',
  there: 'Already present:',
} as const;

/**
 * Fetches an official data set into a folder.
 *
 * @returns how to name it as DATA
 * @throws UserError `DOWNLOAD_*`, `ARCHIVE_*`; `Interrupted`: started again it goes on
 */
export async function downloadDataset(
  name: string,
  folder: string,
  hooks: RunHooks,
  from?: DownloadOptions['from'],
): Promise<string> {
  const { onEvent, signal } = hooks;
  const start = performance.now();
  let first: number | undefined;
  try {
    await download(name, folder, {
      signal,
      from,
      onStep(step, archive) {
        const what = step === 'unpack' || step === 'there' ? archive.gives : archive.url;
        onEvent({ type: 'phase', phase: 'prepare', label: `${verbs[step]} ${what}` });
      },
      onProgress(done, total) {
        first ??= done;
        const rate = ((done - first) * 1000) / (performance.now() - start);
        onEvent({
          type: 'progress',
          phase: 'prepare',
          done,
          total,
          label: `${(done / 1e6).toFixed(0)} of ${(total / 1e6).toFixed(0)} MB, ${(rate / 1e6).toFixed(1)} MB/s`,
        });
      },
    });
  } catch (error) {
    if (signal.aborted) throw new Interrupted();
    throw error;
  }
  return `${name}:${folder}`;
}
