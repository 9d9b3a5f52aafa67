import { extname } from 'node:path';
import { UserError } from '../core/index.js';

/** Whoever asks for another format would get PNG under its name. @throws UserError `OUTPUT_FORMAT` */
export function requirePngName(path: string): void {
  const ending = extname(path);
  if (ending.toLowerCase() === '.png') return;
  throw new UserError('OUTPUT_FORMAT', 'Pictures are written as PNG only.', {
    where: path,
    expected: 'a file name ending in .png',
    got: ending === '' ? 'no ending' : ending,
    remedy: `for example ${path.slice(0, path.length - ending.length)}.png`,
  });
}
