/** What is said of an image beside its pixels: its values were scaled by their range; it has further frames or pages. */
export type ImageNote = 'deep' | 'first-frame';

export const imageNotes: readonly ImageNote[] = ['deep', 'first-frame'];

/** What is said of one image, and of several. */
const texts: Readonly<Record<ImageNote, readonly [string, string]>> = {
  deep: [
    'image has more than 8 bits, read by the range of its values (lowest 0, highest 255)',
    'images have more than 8 bits, each read by the range of its own values (lowest 0, highest 255)',
  ],
  'first-frame': [
    'image has several frames or pages, of which the first is read',
    'images have several frames or pages, of which the first is read',
  ],
};

/** A note as a sentence, with the number of images and the name of the first. */
export function noteText(note: ImageNote, count: number, example: string): string {
  const [one, several] = texts[note];
  return `${count} ${count === 1 ? one : several}: ${example}${count > 1 ? ', ...' : ''}`;
}
