import sharp from 'sharp';

/**
 * Settles sharp for a process that is this program's own. These settings hold for the whole process, so a program that
 * uses the library, and may use sharp itself, keeps its own.
 */
export function settleSharp(): void {
  // One image is small; the threads are worth more on several images at once. The operation cache
  // would only keep pixels that are never asked for again.
  sharp.concurrency(1);
  sharp.cache(false);
  // Whatever the first bytes of a file say, which are checked before: no decoder but these sees it.
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({
    operation: ['Png', 'Jpeg', 'Webp', 'Tiff', 'Nsgif', 'Heif'].map(
      (format) => `VipsForeignLoad${format}`,
    ),
  });
}
