import type { AlbumentationsRelease } from '../definition/albumentations-form.js';
import type { Differences } from './exported.js';

interface Difference {
  /** As it ends a sentence that begins with the name. */
  readonly text: string;
  /** The releases whose files it concerns; default all. */
  readonly releases?: readonly AlbumentationsRelease[];
}

const old = ['1.3', '1.4'] as const;

/** What Albumentations does only nearly where the class is the same, by transform. Measured by scripts/checks/exports. */
const differences: Readonly<Record<string, readonly Difference[]>> = {
  HueSaturationValue: [{ text: 'releases before 2.0 colour grey pixels too', releases: old }],
  Translate: [{ text: 'releases up to 1.4.0 shift by fractions of a pixel', releases: old }],
  Shear: [
    { text: 'OpenCV 4 rounds weights to 1/32; releases up to 1.4.0 shear columns before rows' },
  ],
  RandomErasing: [
    { text: 'the ratio of the sides is drawn evenly; releases before 1.4.22 leave it out' },
  ],
  Posterize: [{ text: 'whole bits are drawn evenly, and one bit is lost at least' }],
  Solarize: [{ text: 'the threshold is drawn evenly, not from levels' }],
  Equalize: [
    { text: "releases from 2.0 on count a value's own pixels as below it", releases: ['2.0'] },
  ],
  AutoContrast: [{ text: 'it rounds where Pillow cuts off; releases before 2.0 leave it out' }],
  GaussianBlur: [
    { text: 'windows are smaller in 1.4.24 and up to 6 deviations wide before', releases: old },
  ],
  ImageCompression: [{ text: 'red and blue are exchanged while colours are compressed' }],
};

/** Notes what Albumentations does only nearly in a release, or in any where none is given. */
export function noteDifferences(
  name: string,
  notes: Differences,
  release?: AlbumentationsRelease,
): void {
  for (const { text, releases } of differences[name] ?? [])
    if (release === undefined || (releases?.includes(release) ?? true)) notes.nearly(name, text);
}
