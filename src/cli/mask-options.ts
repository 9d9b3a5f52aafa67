import { Option } from 'commander';
import type { LearnInput } from '../config/index.js';

/** Options of every command that opens data with masks. */
export const maskOptions = {
  values: () =>
    new Option(
      '--mask-values <values>',
      "values of the masks that are classes, e.g. 0,128,255, or colours, e.g. '#000000,#804080'",
    ),
  resize: () => new Option('--resize-masks', 'take masks that have another size than their images'),
};

/** What the options of `maskOptions` say; what is not given is left out. */
export function maskLabels({
  maskValues,
  resizeMasks,
}: {
  readonly maskValues?: string;
  readonly resizeMasks?: boolean;
}): NonNullable<LearnInput['labels']> {
  return {
    ...(maskValues !== undefined && { maskValues: maskValuesIn(maskValues) }),
    ...(resizeMasks !== undefined && { resizeMasks }),
  };
}

/**
 * The value of `--mask-values`: `0,128,255`, or colours: `'#000000,#804080'`, the same without `#`, or
 * `'0,0,0;128,64,128'`. What is neither is left to the check of the settings.
 */
export function maskValuesIn(text: string): (number | string)[] {
  const parts = text.split(text.includes(';') ? ';' : ',').map((part) => part.trim());
  if (text.includes(';')) return parts.map((part) => colourIn(part) ?? triple(part) ?? part);
  const colours = parts.map(colourIn);
  if (colours.every((colour) => colour !== undefined)) return colours;
  return parts.map((part, i) => (part.startsWith('#') ? (colours[i] ?? part) : Number(part)));
}

function colourIn(part: string): string | undefined {
  const [, digits] = /^#?([0-9a-f]{6})$/i.exec(part) ?? [];
  return digits === undefined ? undefined : `#${digits.toLowerCase()}`;
}

/** `128,64,128` as `#804080`. */
function triple(part: string): string | undefined {
  const values = part.split(',').map(Number);
  const isByte = (value: number): boolean => Number.isInteger(value) && value >= 0 && value < 256;
  if (values.length !== 3 || !values.every(isByte)) return undefined;
  return `#${values.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
