import { define } from '../definition.js';
import { jpegRoundTrip } from '../kernels/jpeg.js';

/** Harmless control: what JPEG at quality 90 (4:4:4) makes of the image. */
export const controlJpeg = define<Record<string, never>, { quality: number }>({
  name: 'ControlJpeg',
  kind: 'photometric',
  options: () => ({}),
  sample: () => ({ quality: 90 }),
  params: (reader) => ({
    quality: reader.number('quality', { min: 1, max: 100, integer: true }, 90),
  }),
  isIdentity: () => false,
  image: (image, { quality }, dst) =>
    jpegRoundTrip(image.data, image.width, image.height, image.channels, quality, dst),
});
