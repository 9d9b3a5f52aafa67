import { UserError } from '../core/index.js';
import { decodeImage, type Image } from '../image/index.js';

/** An image; undefined where it is broken and `onBadFile` has been told, its error where there is nobody to tell. */
export async function decodedOr(
  file: string,
  onBadFile: ((error: UserError) => void) | undefined,
): Promise<Image | UserError | undefined> {
  try {
    return await decodeImage(file);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (onBadFile === undefined) return error;
    onBadFile(error);
    return undefined;
  }
}
