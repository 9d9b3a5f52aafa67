import { UserError } from '../core/index.js';
import { decodeImage, type Image } from '../image/index.js';
import type { PredictionRequest } from './task.js';

/** An image; undefined where it is broken and `onBadFile` has been told, its error where there is nobody to tell. */
export async function decodedOr(
  file: string,
  { onBadFile, onNote }: Pick<PredictionRequest, 'onBadFile' | 'onNote'>,
): Promise<Image | UserError | undefined> {
  try {
    const { notes = [], ...image } = await decodeImage(file);
    for (const note of notes) onNote?.(note, file);
    return image;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (onBadFile === undefined) return error;
    onBadFile(error);
    return undefined;
  }
}
